import {
  attributionMethods,
  COLORMAPS,
  overlay,
  paint,
  parsePosition,
  parseRange,
  parseShare,
  rangeOf,
  saliency,
  type Attribution,
  type AttributionMethodName,
  type AttributionOptions,
  type Model,
  type Sample,
  type Target,
} from '../../src/internal.ts';
import { command, UsageError, type Command, type Report, type Values } from '../command.ts';
import { withModel } from '../network.ts';
import { channelOf, choice, NETWORK_OPTIONS, number, outOption, read, text } from '../options.ts';
import { checkOut, writeResult } from '../output.ts';
import { duration, percent, short, times } from '../words.ts';

const REDUCTIONS = ['max', 'sum', 'l2'] as const;

const OPTIONS = {
  ...NETWORK_OPTIONS,
  target: text('class', 'a class by number, label or synset, or layer:channel; top-1 is the likeliest (the default)'),
  layer: text('layer', 'a layer, to explain a unit in it instead of a class'),
  channel: read('number', 'channel of the layer; by default the one with the strongest unit', channelOf),
  at: read('max|all|y,x', 'unit of the channel: the strongest, all of them, or the one there', parsePosition, 'max'),
  reduction: choice(REDUCTIONS, 'how the colours of a saliency map become one number', 'max'),
  view: choice(['map', 'overlay'], 'the map alone, or over the picture', 'map'),
  opacity: number('0…1', 'of the map over the picture', 1),
  colormap: choice(COLORMAPS, 'colours of a map of magnitudes', 'magma'),
  range: read('low,high', 'ends of the colour scale, so that maps can be compared', parseRange),
  out: outOption('.png for the picture, .npy for the numbers'),
} as const;

/** One of the methods that send a signal back to the picture. */
export function attributionCommand(method: AttributionMethodName): Command {
  const { title, says, source } = attributionMethods[method];
  return command({
    name: method,
    summary: `${title}: ${says.charAt(0).toLowerCase()}${says.slice(1, -1)} (${source})`,
    operand: '<picture>',
    options: OPTIONS,
    examples: [`${method} bee.jpg --out map.png`, `${method} bee.jpg --layer fire5 --channel 17 --out map.npy`],
    run: (values, [picture], surroundings) => {
      checkOut(values.out, ['.png', '.npy']);
      const target = targetOf(values);
      parseShare('opacity', values.opacity);
      return withModel(values, surroundings, async (model) => {
        const { signal, progress } = surroundings;
        const sample = await model.prepare(picture!, { signal });
        const result = await runMethod(method, model, sample, {
          target,
          signal,
          reduction: values.reduction,
          onProgress: (done) => progress.at('passes', Math.round(3 * done), 3),
        });
        if (values.out !== undefined) await write(values.out, result, sample, values);
        return reportOf(result, values.out);
      });
    },
  });
}

function targetOf({ target, layer, channel, at }: Pick<OptionValues, 'target' | 'layer' | 'channel' | 'at'>): Target {
  if (layer === undefined) {
    if (channel !== undefined) throw new UsageError('--channel: of which --layer?');
    return target ?? 'top-1';
  }
  if (target !== undefined) throw new UsageError('--target is a class, --layer a unit: one of both');
  return { layer, at, ...(channel === undefined ? {} : { channel }) };
}

type OptionValues = Values<typeof OPTIONS>;

function runMethod(
  method: AttributionMethodName,
  model: Model,
  sample: Sample,
  { reduction, ...options }: AttributionOptions & { readonly reduction: OptionValues['reduction'] },
): Promise<Attribution> {
  if (method === 'saliency') return saliency(model, sample, { ...options, reduction });
  return attributionMethods[method].run(model, sample, options);
}

function write(file: string, result: Attribution, sample: Sample, values: OptionValues): Promise<void> {
  const { colormap, range, view, opacity } = values;
  return writeResult(file, {
    tensor: () => result.map,
    picture: () => {
      const { picture } = paint(result, { colormap, range });
      return view === 'overlay' ? overlay(sample.crop, picture, opacity) : picture;
    },
  });
}

function reportOf({ method, goal, map, notes, ms, adapter }: Attribution, out: string | undefined): Report {
  const [low, high] = rangeOf(map.data);
  const sure = goal.probability === undefined ? '' : `, ${percent(goal.probability)}`;
  return {
    lines: [
      `${attributionMethods[method as AttributionMethodName].title} of ${goal.description}${sure}, score ${short(goal.score)}`,
      `${times(map.shape)} numbers from ${short(low)} to ${short(high)}, in ${duration(ms)} on ${adapter.name}`,
      ...notes,
      ...(out === undefined ? [] : [`written to ${out}`]),
    ],
    json: { method, goal, shape: map.shape, range: [low, high], notes, ms, adapter, out },
  };
}
