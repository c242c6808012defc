import {
  className,
  COLORMAPS,
  float32,
  occlusion,
  paint,
  parseFill,
  parseRange,
  rangeOf,
  tensor,
  type Occlusion,
  type Tensor,
} from '../../src/internal.ts';
import { command, type Command } from '../command.ts';
import { withModel } from '../network.ts';
import { choice, NETWORK_OPTIONS, number, outOption, read, text } from '../options.ts';
import { checkOut, writeResult } from '../output.ts';
import { duration, percent, short, times } from '../words.ts';

const MAPS = ['probability', 'activation', 'classes'] as const;

const OPTIONS = {
  ...NETWORK_OPTIONS,
  size: number('px', "side of the patch, in pixels of the network's input", 32),
  stride: number('px', 'distance between positions', 16),
  fill: read('colour', 'what the patch is filled with: gray, mean, blur or #rrggbb', parseFill, 'gray'),
  placement: choice(['inside', 'overhang'], 'patches inside the picture, or over its border', 'inside'),
  target: text('class', 'a class by number, label or synset; top-1 is the likeliest (the default)'),
  layer: text('layer', 'layer whose strongest feature map is summed; the last one with maps by default'),
  map: choice(MAPS, 'which map is written', 'probability'),
  colormap: choice(COLORMAPS, 'colours of the map', 'viridis'),
  range: read('low,high', 'ends of the colour scale, so that maps can be compared', parseRange),
  out: outOption('.png for the picture, .npy for the numbers'),
} as const;

export const occlusionCommand: Command = command({
  name: 'occlusion',
  summary: 'The probability of a class, a feature map and the likeliest class under a patch at every position',
  operand: '<picture>',
  options: OPTIONS,
  examples: ['occlusion bee.jpg --size 48 --out map.png', 'occlusion bee.jpg --stride 8 --map classes --out map.npy'],
  run: (values, [picture], surroundings) => {
    checkOut(values.out, ['.png', '.npy']);
    const { size, stride, fill, placement, target = 'top-1', layer, map, colormap, range, out } = values;
    return withModel(values, surroundings, async (model) => {
      const { signal, progress } = surroundings;
      const options = { size, stride, fill, placement, target, layer, signal };
      let last: Occlusion | undefined;
      for await (last of occlusion(model, picture!, options)) progress.at('positions', last.done, last.known.length);
      const result = last!;
      const numbers = mapOf(result, map);
      if (out !== undefined) {
        const painted = (): ReturnType<typeof paint> => paint(result, { map, colormap, range });
        await writeResult(out, { tensor: () => numbers, picture: () => painted().picture });
      }
      const { classId, before, grid, feature, ms, adapter, done } = result;
      const [low, high] = rangeOf(result.probability);
      const say = (value: number): string => (model.head.kind === 'values' ? short(value) : percent(value));
      return {
        lines: [
          `${className(model, classId)}: ${say(before.probability)} without a patch, ${say(low)} to ${say(high)} with one`,
          `${times([grid.rows, grid.cols])} positions in ${duration(ms)} on ${adapter.name}`,
          ...(out === undefined ? [] : [`written to ${out}`]),
        ],
        json: {
          classId,
          class: className(model, classId),
          before: { probability: before.probability, activation: before.activation, topClass: before.topClass },
          feature,
          positions: done,
          shape: [grid.rows, grid.cols],
          map,
          values: numbers.data,
          ms,
          adapter,
          out,
        },
      };
    });
  },
});

function mapOf({ grid, probability, activation, topClass }: Occlusion, map: (typeof MAPS)[number]): Tensor {
  const shape = [grid.rows, grid.cols];
  if (map === 'classes') return tensor('int32', shape, topClass);
  return float32(shape, map === 'probability' ? probability : activation);
}
