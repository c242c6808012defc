import { checkChoice, checkWhole } from '../check.ts';
import type { AdapterDescription } from '../engine/backend.ts';
import type { Model, Sample } from '../engine/model.ts';
import { ArgumentError, ImageError } from '../errors.ts';
import { withInputShapes } from '../graph/batch.ts';
import { prune } from '../graph/prune.ts';
import type { Graph, Node, Value } from '../ir/graph.ts';
import { MAX_BATCH, MAX_CODE_NUMBERS } from '../limits.ts';
import type { Picture } from '../models/picture.ts';
import { graphBuilder, opOf } from '../ops/registry.ts';
import { sizeOf } from '../tensor/shape.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import type { CorpusImage } from './entry.ts';
import { entriesOf, type Pictures } from './feed.ts';

export interface CodesOptions {
  /** Layer whose numbers are the codes; what the classifier looks at by default. `input` is the picture itself. */
  readonly layer?: string | undefined;
  /** Feature maps become their means, or stay as they are, one after another. */
  readonly pool?: 'mean' | 'flatten' | undefined;
  /** Pictures run at once. */
  readonly batch?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of pictures done, broken ones included. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Called with each picture that has a code, as the network sees it, in the order of the codes. */
  readonly onPicture?: ((item: CorpusImage, crop: Picture) => void) | undefined;
}

/** What a network makes of the pictures of a corpus. */
export interface Codes {
  /** [n, d] */
  readonly data: Tensor;
  readonly items: readonly Pick<CorpusImage, 'id' | 'label'>[];
  /** Pictures that could not be read. */
  readonly skipped: readonly { readonly id: string; readonly error: ImageError }[];
  readonly layer: string;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/** A GPU gains from a batch; on a processor a smaller one shows progress sooner. */
const BATCH = { gpu: 32, software: 8 } as const;

/**
 * The codes of all pictures of a corpus at a layer, in batches as they stream by. Pictures that cannot be read are skipped
 * and named. Throws ArgumentError for a layer that is not there; the signal's reason when aborted.
 */
export async function codesOf(model: Model, corpus: Pictures, options: CodesOptions = {}): Promise<Codes> {
  const began = performance.now();
  const { adapter } = await model.open();
  const { pool = 'mean', batch = BATCH[adapter.software ? 'software' : 'gpu'], signal } = options;
  checkChoice('pool', pool, ['mean', 'flatten']);
  checkWhole('batch', batch, 1, MAX_BATCH);
  const value = codeTensor(model, options.layer);
  const items: Pick<CorpusImage, 'id' | 'label'>[] = [];
  const skipped: { id: string; error: ImageError }[] = [];
  const rows: Float32Array[] = [];
  let waiting: Sample[] = [];
  const breathe = breather(signal);
  const run = async (): Promise<void> => {
    // A picture was just prepared, and the first batch has a graph to compile
    await breathe();
    const codes = await runBatch(model, value, pool, batch, waiting, signal);
    const length = codes.length / batch;
    checkRoom(rows.length + waiting.length, length);
    for (let i = 0; i < waiting.length; i++) rows.push(codes.slice(i * length, (i + 1) * length));
    waiting = [];
    options.onProgress?.(items.length + skipped.length);
  };
  for await (const { open, ...about } of entriesOf(corpus)) {
    signal?.throwIfAborted();
    try {
      const image = await open();
      const sample = await model.prepare(image, { signal });
      waiting.push(sample);
      items.push({ id: about.id, label: about.label });
      options.onPicture?.({ ...about, image }, sample.crop);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      skipped.push({ id: about.id, error });
    }
    if (waiting.length === batch) await run();
  }
  if (waiting.length > 0) await run();
  options.onProgress?.(items.length + skipped.length);
  const length = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    data.set(row, i * length);
  });
  return {
    data: float32([rows.length, length], data),
    items,
    skipped,
    layer: nameOf(model, value),
    ms: performance.now() - began,
    adapter,
  };
}

/** Codes are kept until all are there. */
function checkRoom(count: number, length: number): void {
  if (count * length <= MAX_CODE_NUMBERS) return;
  throw new ArgumentError('the codes take too much memory', {
    expected: `at most ${MAX_CODE_NUMBERS} numbers`,
    got: `${length} of each of ${count} pictures or more`,
    remedy: 'Take fewer pictures, a later layer, or the means of its feature maps.',
  });
}

/** The tensor before the classifier: what the last product with weights reads, such as fire9 of SqueezeNet, fc7 of AlexNet. */
/** The tensor whose numbers are the codes: of a layer, or what the classifier looks at. Throws ArgumentError where there is none. */
export function codeTensor(model: Model, layer?: string): Value {
  if (layer === 'input') return model.input;
  if (layer !== undefined) return model.resolve(layer);
  const { nodes, values } = model.graph;
  let name = model.hasHead ? model.logits : model.graph.outputs[0]!;
  for (;;) {
    const node = nodes.find(({ outputs }) => outputs.includes(name));
    if (!node) break;
    name = node.inputs[0]!;
    if (isClassifier(model.graph, node)) return values.get(throughViews(model.graph, name))!;
  }
  throw new ArgumentError('the network has no classifier whose input could be the code', {
    where: model.name,
    remedy: 'Name a layer.',
  });
}

/** Whether a node can make class scores of a code: by weights. */
function isClassifier({ constants }: Graph, { op, inputs: [, weights] }: Node): boolean {
  const { product } = opOf(op);
  return (product === 'matrix' || product === 'convolution') && constants.has(weights!);
}

/** What a tensor was before it was given other shapes: readers know that by name. */
function throughViews({ nodes }: Graph, name: string): string {
  for (;;) {
    const node = nodes.find(({ outputs }) => outputs.includes(name));
    if (!node || !opOf(node.op).view) return name;
    name = node.inputs[0]!;
  }
}

function nameOf(model: Model, value: Value): string {
  if (value === model.input) return 'input';
  return model.layers.find(({ tensor }) => tensor === value.name)?.name ?? value.name;
}

/** Codes [batch, d] of up to `batch` pictures. */
async function runBatch(
  model: Model,
  value: Value,
  pool: 'mean' | 'flatten',
  batch: number,
  samples: readonly Sample[],
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const shape = [batch, ...model.input.shape.slice(1)];
  const size = sizeOf(shape.slice(1));
  const pixels = new Float32Array(batch * size);
  samples.forEach(({ input }, i) => {
    pixels.set(input.data, i * size);
  });
  if (value === model.input) return pixels;
  const results = await model.run(
    `codes:${value.name}:${pool}:${batch}`,
    (graph) => codesGraph(graph, model.input.name, shape, value, pool),
    () => float32(shape, pixels),
    { signal },
  );
  return Object.values(results)[0]!.data as Float32Array;
}

function codesGraph(graph: Graph, input: string, shape: readonly number[], value: Value, pool: string): Graph {
  const builder = graphBuilder(withInputShapes(graph, { [input]: shape }));
  const spatial = value.shape.slice(2).map((_, i) => i + 2);
  const code =
    pool === 'mean' && spatial.length > 0
      ? builder.add('reduce', [value.name], { mode: 'mean', axes: spatial, keepdims: false })
      : value.name;
  return prune(builder.build(`${graph.name}, codes`, [code]), [code]);
}
