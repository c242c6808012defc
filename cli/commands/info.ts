import { diagram, type Step } from '../../src/internal.ts';
import { command, type Command } from '../command.ts';
import { withModel } from '../network.ts';
import { NETWORK_OPTIONS, READING_OPTIONS } from '../options.ts';
import { times } from '../words.ts';

export const infoCommand: Command = command({
  name: 'info',
  summary: 'What a network takes, says and consists of, with the names of its layers',
  operand: '[model]',
  options: { manifest: NETWORK_OPTIONS.manifest, ...READING_OPTIONS },
  examples: ['info', 'info net.onnx --json'],
  run: (values, [source], surroundings) =>
    withModel({ ...values, model: source, backend: 'cpu' }, surroundings, (model) => {
      const { name, preprocessing, guess, labels, input } = model;
      const { steps, parameters, macs } = diagram(model);
      const head = model.hasHead ? model.head : undefined;
      const { channels, mean, std, resize } = preprocessing;
      const rows = steps.map(rowOf);
      const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
      return Promise.resolve({
        lines: [
          `${name}: ${count(parameters)} parameters, ${count(macs)} multiplications`,
          `pictures: ${times(input.shape.slice(2))} ${channels}, resize ${resize}, mean ${list(mean)}, std ${list(std)}` +
            (guess === undefined ? '' : ` (a guess: ${guess})`),
          head ? `classes: ${count(head.classes)}${labels.length ? ', with names' : ''}; ${head.says}` : 'no classes',
          ...rows.map((row) =>
            row
              .map((cell, column) => cell.padEnd(widths[column] ?? 0))
              .join('  ')
              .trimEnd(),
          ),
        ],
        json: {
          name,
          input: { shape: input.shape, ...preprocessing, guess },
          head,
          labels: labels.map((label) => label.name),
          parameters,
          macs,
          layers: steps.map((step) => ({ ...step, nodes: step.nodes.map((node) => node.name) })),
        },
      });
    }),
});

function rowOf({ name, actions, shape, parameters }: Step): readonly string[] {
  const what = actions.map(({ title, kernel }) => (kernel ? `${title} ${times(kernel)}` : title)).join(', ');
  return [name, times(shape.slice(1)), what, parameters > 0 ? count(parameters) : ''];
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function list(values: readonly number[]): string {
  return values.map((value) => String(Number(value.toFixed(3)))).join(',');
}
