import {
  classModel,
  featureVisualisation,
  float32,
  lastSpatialLayer,
  objectives,
  paint,
  parseChannels,
  parsePosition,
  presets,
  type Model,
  type PresetName,
  type PresetOptions,
  type Snapshot,
} from '../../src/internal.ts';
import { command, UsageError, type Command, type Values } from '../command.ts';
import { withModel } from '../network.ts';
import { choice, NETWORK_OPTIONS, number, outOption, read, text } from '../options.ts';
import { checkOut, writeResult } from '../output.ts';
import { duration, short, times } from '../words.ts';

const PRESETS = Object.keys(presets) as PresetName[];

const OPTIONS = {
  ...NETWORK_OPTIONS,
  target: text('class', 'a class by number, label or synset, instead of channels of a layer'),
  layer: text('layer', 'a layer; the last one with maps by default'),
  channels: read('numbers', 'channels as 3,17,42; an image is grown for each (default: 0)', parseChannels),
  units: choice(['channel', 'neuron'], 'the mean of the map, or one unit', 'channel'),
  at: read('y,x', 'the unit; the one in the middle by default', placeOf),
  preset: choice(PRESETS, 'published settings', 'lucid'),
  steps: number('number', "steps; the preset's own number by default"),
  seed: number('number', 'decides the noise it starts from and the shifts', 1),
  out: outOption('.png for the picture, .npy for the numbers'),
} as const;

function placeOf(written: string): readonly [y: number, x: number] {
  const place = parsePosition(written);
  if (typeof place === 'object') return place;
  throw new UsageError(`"${written}" is no unit: y,x`);
}

export const featureCommand: Command = command({
  name: 'feature',
  summary: 'Images that excite channels of a layer, single units or a class most, grown step by step',
  operand: undefined,
  options: OPTIONS,
  examples: [
    'feature --layer fire5 --channels 17 --out feature.png',
    'feature --target espresso --preset simonyan --out class.png',
  ],
  run: (values, _, surroundings) => {
    checkOut(values.out, ['.png', '.npy']);
    return withModel(values, surroundings, async (model) => {
      const { signal, progress } = surroundings;
      const { preset, steps, seed, out } = values;
      const images: { readonly title: string; readonly last: Snapshot }[] = [];
      for (const { title, grow } of synthesesOf(model, values)) {
        let last: Snapshot | undefined;
        for await (last of grow({ preset, steps, seed, signal }))
          progress.at(`steps of ${title}`, last.step, last.steps);
        images.push({ title, last: last! });
      }
      const snapshots = images.map(({ last }) => last);
      const together = sideBySide(snapshots);
      if (out !== undefined) {
        await writeResult(out, { tensor: () => together.image, picture: () => paint(together).picture });
      }
      const ms = snapshots.reduce((sum, one) => sum + one.ms, 0);
      const { adapter } = model.backend;
      return {
        lines: [
          ...images.map(({ title, last }) => `${title}: ${short(last.trace.at(-1) ?? NaN)} before step ${last.step}`),
          `${times(together.image.shape)} numbers in ${duration(ms)} on ${adapter.name}`,
          ...new Set(snapshots.flatMap(({ notes }) => notes)),
          ...(out === undefined ? [] : [`written to ${out}`]),
        ],
        json: {
          images: images.map(({ title, last: { step, trace, terms, notes } }) => ({
            title,
            step,
            trace,
            terms,
            notes,
          })),
          shape: together.image.shape,
          preset,
          seed,
          ms,
          adapter,
          out,
        },
      };
    });
  },
});

interface Synthesis {
  readonly title: string;
  readonly grow: (options: PresetOptions) => AsyncGenerator<Snapshot, void, undefined>;
}

function synthesesOf(model: Model, { target, layer, channels, units, at }: Values<typeof OPTIONS>): Synthesis[] {
  if (target !== undefined) {
    if (layer !== undefined || channels) throw new UsageError('--target is a class, --layer a unit: one of both');
    return [{ title: target, grow: (options) => classModel(model, target, options) }];
  }
  const name = layer ?? lastSpatialLayer(model);
  return (channels ?? [0]).map((channel) => {
    const objective = units === 'channel' ? objectives.channel(name, channel) : objectives.neuron(name, channel, at);
    return { title: `${name}, channel ${channel}`, grow: (options) => featureVisualisation(model, objective, options) };
  });
}

/** The images of all as those of one [n, c, h, w]. */
function sideBySide(snapshots: readonly Snapshot[]): Snapshot {
  const [first] = snapshots as [Snapshot];
  const shape = [snapshots.length, ...first.image.shape.slice(1)];
  const data = new Float32Array(snapshots.length * first.image.data.length);
  for (const [i, { image }] of snapshots.entries()) data.set(image.data, i * image.data.length);
  return { ...first, image: float32(shape, data) };
}
