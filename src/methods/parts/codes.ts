import { checkList } from '../../check.ts';
import type { Model, Sample, SampleSource } from '../../engine/model.ts';
import { receptiveField } from '../../graph/receptive-field.ts';
import { prune } from '../../graph/prune.ts';
import { ArgumentError } from '../../errors.ts';
import { graphBuilder, loadFamilies } from '../../ops/registry.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { appendGram } from './gram.ts';
import { TermContext } from './term-context.ts';

/** What a layer makes of a picture: the code that an image can be made to have. Any size the layer takes. */
export async function codeOf(
  model: Model,
  picture: SampleSource,
  layer: string,
  signal?: AbortSignal,
): Promise<Tensor> {
  const { input } = await model.prepare(picture, { signal });
  return (await readings(model, input, [layer], (_, name) => name, signal))[0]!;
}

/** The Gram matrices [c, c] of layers on a picture: its style. Throws ArgumentError where it is too small to have one. */
export async function gramsOf(
  model: Model,
  picture: SampleSource,
  layers: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Tensor[]> {
  const { input } = await model.prepare(picture, { signal });
  for (const layer of checkList('the list of layers', layers)) checkSize(model, input, layer);
  await loadFamilies(['matmul']);
  return readings(model, input, layers, ({ builder }, name) => appendGram(builder, name), signal);
}

async function readings(
  model: Model,
  input: Tensor,
  layers: readonly string[],
  read: (context: TermContext, tensor: string) => string,
  signal?: AbortSignal,
): Promise<readonly Tensor[]> {
  await loadFamilies([]);
  const builder = graphBuilder();
  const seen = builder.input('image', 'float32', input.shape);
  const context = new TermContext(builder, model, { image: seen, seen });
  const outputs = layers.map((layer) => read(context, context.layer(layer)));
  const executable = await model.compile(prune(builder.build('codes', outputs), outputs), { signal });
  try {
    const found = await executable.run({ [seen]: input }, { signal });
    return outputs.map((name) => found[name]!);
  } finally {
    executable.dispose();
  }
}

/**
 * What a reader should know of the style of a painting that has fewer pixels than a unit of one of the layers sees: its own
 * pixels, not those that enlarging it to the network's input added.
 */
export function notesOnSize(
  model: Model,
  { crop, placement }: Pick<Sample, 'crop' | 'placement'>,
  layers: readonly string[],
): readonly string[] {
  const [own, seen] = [
    [crop.width * placement.scaleX, crop.height * placement.scaleY],
    [crop.width, crop.height],
  ].map((size) => size.map(Math.round)) as [number[], number[]];
  const enlarged = own[0]! < seen[0]! || own[1]! < seen[1]!;
  const [w, h] = [Math.min(own[0]!, seen[0]!), Math.min(own[1]!, seen[1]!)];
  const wider = layers
    .map((layer) => [layer, fieldOf(model, layer)] as const)
    .filter(([, [rows, columns]]) => rows > h || columns > w)
    .map(([layer, [rows, columns]]) => `${layer} (${columns}×${rows})`);
  if (wider.length === 0) return [];
  const what = `The network sees ${w}×${h} pixels of the painting, fewer than a unit of ${wider.join(', ')}`;
  return [
    enlarged
      ? `${what}: enlarged to ${seen.join('×')}, it has blurred textures for a style. Take a larger painting, or earlier style layers.`
      : `${what}: its style there is that of the whole painting rather than of its textures. Take earlier style layers.`,
  ];
}

/** Rows and columns of pixels that a unit of a layer sees. */
function fieldOf(model: Model, layer: string): readonly [rows: number, columns: number] {
  const [x0, y0, x1, y1] = receptiveField(model.graph, model.resolve(layer).name) ?? [0, 0, 0, 0];
  return [y1 - y0, x1 - x0];
}

/** A layer whose units see more than the picture knows nothing of how its textures repeat. */
function checkSize(model: Model, { shape }: Tensor, layer: string): void {
  const field = fieldOf(model, layer);
  const own = model.input.shape;
  const needed = [Math.min(field[0], own[2]!), Math.min(field[1], own[3]!)] as const;
  if (shape[2]! >= needed[0] && shape[3]! >= needed[1]) return;
  throw new ArgumentError('the style image is smaller than what a unit sees', {
    where: layer,
    expected: `at least ${needed.join('×')}`,
    got: shape.slice(2).join('×'),
    remedy: 'Use a larger image or an earlier layer.',
  });
}
