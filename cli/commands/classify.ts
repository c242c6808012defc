import { classify, type Prediction } from '../../src/internal.ts';
import { command, type Command } from '../command.ts';
import { withModel } from '../network.ts';
import { NETWORK_OPTIONS, number } from '../options.ts';
import { percent, short } from '../words.ts';

export const classifyCommand: Command = command({
  name: 'classify',
  summary: 'The likeliest classes of a picture',
  operand: '<picture>',
  options: { ...NETWORK_OPTIONS, count: number('number', 'how many classes', 5) },
  examples: ['classify bee.jpg', 'classify cat.png --model net.onnx --labels labels.json --json'],
  run: ({ count, ...values }, [picture], surroundings) =>
    withModel(values, surroundings, async (model) => {
      const predictions = await classify(model, picture!, { count, signal: surroundings.signal });
      return { lines: predictions.map(lineOf), json: { predictions, adapter: model.backend.adapter } };
    }),
});

function lineOf({ id, name, probability, score }: Prediction): string {
  const value = probability === undefined ? short(score) : percent(probability);
  return `${value.padStart(8)}  ${name} (${id})`;
}
