import { exportAttribution, explanationMethods, graphMethods, type GraphMethodName } from '../../src/attribution.ts';
import { command, UsageError, type Command } from '../command.ts';
import { withModel } from '../network.ts';
import { choice, flag, NETWORK_OPTIONS, outOption, READING_OPTIONS, text } from '../options.ts';
import { checkOut, replaceFile } from '../output.ts';
import { megabytes } from '../words.ts';

const METHODS = Object.keys(graphMethods) as GraphMethodName[];

export const exportCommand: Command = command({
  name: 'export',
  summary: 'An attribution method on a network as one ONNX file, which onnxruntime and others run: picture in, map out',
  operand: '<method>',
  options: {
    model: NETWORK_OPTIONS.model,
    manifest: NETWORK_OPTIONS.manifest,
    ...READING_OPTIONS,
    target: text(
      'class',
      'a class by number, label or synset, or layer:channel; top-1 lets the file find the likeliest (the default), given makes it an input',
    ),
    layer: text('layer', 'of grad-cam and its like: whose maps; by default the last one of feature maps'),
    size: choice(['input', 'layer'], 'of their maps: that of the picture, or of the layer', 'input'),
    signed: flag('their maps keep what speaks against'),
    start: choice(['one', 'activation'], 'what is sent back: 1, or the activation', 'one'),
    reduction: choice(['max', 'sum', 'l2'], 'how the colours of a saliency map become one number', 'max'),
    out: outOption('.onnx'),
  },
  examples: [
    'export guided-backprop --out guided.onnx',
    'export grad-cam --model net.onnx --layer features.28 --target given --out cam.onnx',
  ],
  run: (values, [method], surroundings) => {
    const { out, target, layer, size, signed, start, reduction } = values;
    const name = METHODS.find((known) => known === method);
    if (!name) throw new UsageError(`there is no "${method!}" to export: it is one of ${METHODS.join(', ')}`);
    if (out === undefined) throw new UsageError('--out: where to write the file?');
    checkOut(out, ['.onnx']);
    return withModel({ ...values, backend: 'cpu' }, surroundings, async (model) => {
      const file = await exportAttribution(model, name, { target, layer, size, signed, start, reduction });
      await replaceFile(out, file);
      const { shape } = model.input;
      return {
        lines: [
          `${explanationMethods[name].title}: input "${model.input.name}", outputs "map"${model.hasHead ? ' and "scores"' : ''}`,
          `${megabytes(file.length)} written to ${out}`,
        ],
        json: { method: name, model: model.name, input: { name: model.input.name, shape }, bytes: file.length, out },
      };
    });
  },
});
