import { checkChoice } from '../../check.ts';
import type { Model } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Preprocessing } from '../../models/manifest.ts';
import { toOnnx, type OnnxExportOptions } from '../../onnx/export.ts';
import { loadFamilies } from '../../ops/registry.ts';
import { expectFlow } from '../parts/backpropagate.ts';
import { className, targetIn, type Target } from '../parts/target.ts';
import { attributionGraph, graphMethods, type GraphMethod, type GraphMethodName } from './graphs.ts';
import { explanationMethods } from './methods.ts';
import { mapsLayer } from './parts/cam.ts';
import type { Contrast } from './parts/target.ts';
import type { Reduction } from './saliency.ts';
import { appendSeed, type Start } from './seed.ts';

export interface AttributionExportOptions {
  /**
   * What is explained: a class, a unit such as "fire5:17", a layer, or a contrast of two of these. `top-1`, the default, is the class that the file itself finds
   * to be the best for the picture; with `given` the class is an input of the file, `class`, int64 [1].
   */
  readonly target?: Target | Contrast | undefined;
  /** Of methods that look at one: the layer; the last one of feature maps by default. */
  readonly layer?: string | undefined;
  /** What the signal starts from: 1, or the unit's activation. */
  readonly start?: 'one' | 'activation' | undefined;
  /** Of saliency: how the channels of a pixel become one number. */
  readonly reduction?: Reduction | undefined;
  /** Of maps of a layer: enlarged to the size of the `input`, as by default, or of the size of the `layer`. */
  readonly size?: 'input' | 'layer' | undefined;
  /** Of maps of a layer: what speaks against the target stays, as negative numbers. */
  readonly signed?: boolean | undefined;
}

const METHODS = Object.keys(graphMethods) as GraphMethodName[];

/**
 * An attribution method on a network as one ONNX file of opset 18, with standard operators only, for any runtime. Its input is
 * the network's, [1, c, h, w]; what becomes of a picture before is in the file's documentation and, as JSON, in its metadata. Its
 * outputs are `map`, [1, c, h, w] (or [1, 1, h, w] where the method has one number for each place), and `scores`, the unnormalised
 * scores of the classes, where the network has classes.
 *
 * Throws ArgumentError for what does not exist, and where nothing leads from the target back to the input or layer;
 * UnsupportedOpError for what ONNX cannot express.
 */
export async function exportAttribution(
  model: Model,
  method: GraphMethodName,
  options: AttributionExportOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { graph, ...rest } = await wholeGraph(model, method, options);
  return toOnnx(graph, rest);
}

/** What {@link exportAttribution} writes: the graph, and how the file names and explains it. */
export async function wholeGraph(
  model: Model,
  method: GraphMethodName,
  {
    target = 'top-1',
    layer,
    start = 'one',
    reduction = 'max',
    size = 'input',
    signed = false,
  }: AttributionExportOptions = {},
): Promise<{ readonly graph: Graph } & Pick<OnnxExportOptions, 'names' | 'documentation'>> {
  const chosen: GraphMethod = graphMethods[checkChoice('method', method, METHODS)];
  checkChoice('start', start, ['one', 'activation']);
  checkChoice('reduction', reduction, ['max', 'sum', 'l2']);
  checkChoice('size', size, ['input', 'layer']);
  await loadFamilies(['pointwise', 'functions', 'matmul']);
  const { of, says, seed } = goalOf(model, target, start);
  const maps = chosen.passes.some(({ to }) => to === 'layer') ? mapsLayer(model, layer) : undefined;
  const input = model.input.name;
  for (const { to } of chosen.passes) {
    const [end, name] = to === 'input' ? [input, undefined] : [maps!.tensor, maps!.layer];
    expectFlow(model.graph, { tensor: of, description: says }, end, name);
  }
  const graph = attributionGraph(model.graph, chosen, {
    of,
    input,
    layer: maps?.tensor ?? input,
    reduction,
    signed,
    enlarge: size === 'input',
    also: model.hasHead ? [model.logits] : [],
    seed,
  });
  const [map, scores] = graph.outputs as [string, string?];
  const isOfInput = chosen.over === 'input' || size === 'input';
  const { title, source, says: meaning } = explanationMethods[method];
  const picture = sentenceOn(model.preprocessing);
  const text = [
    `${title} (${source}). ${meaning}`,
    `Target: ${says}.`,
    ...(maps ? [`Layer: ${maps.layer}.`] : []),
    `Input: ${picture}`,
  ];
  return {
    graph,
    names: { ...(scores === undefined ? {} : { [scores]: 'scores' }), [map]: 'map' },
    documentation: {
      text: text.join(' '),
      tensors: {
        [input]: picture,
        map: `The map over ${isOfInput ? 'the network’s input' : `layer ${maps!.layer}`}.`,
        scores: 'The unnormalised scores of the classes.',
        class: 'The index of the class to be explained.',
      },
      metadata: {
        'unpool.method': method,
        'unpool.network': model.name,
        'unpool.target': says,
        ...(maps ? { 'unpool.layer': maps.layer } : {}),
        'unpool.preprocessing': JSON.stringify(model.preprocessing),
      },
    },
  };
}

interface ExportedGoal {
  /** Tensor whose units are explained. */
  readonly of: string;
  readonly says: string;
  /** Appends the signal that starts there. */
  readonly seed: (builder: GraphBuilder) => string;
}

/** What `findGoal` finds, as far as that goes without a picture. */
function goalOf(model: Model, target: Target | Contrast, value: Start['value']): ExportedGoal {
  if (typeof target === 'object' && 'against' in target) {
    const [wanted, other] = [goalOf(model, target.for, value), goalOf(model, target.against, value)];
    return {
      of: sameTensor(wanted, other),
      says: `${wanted.says}, not ${other.says}`,
      seed: (builder) => builder.add('sub', [wanted.seed(builder), other.seed(builder)]),
    };
  }
  const start = startOf(model, target);
  const { of, says, at } = start;
  return {
    of,
    says,
    seed: (builder) => {
      const channel = start.channel === 'given' ? { input: builder.input('class', 'int64', [1]) } : start.channel;
      return appendSeed(builder, of, { channel, at, value });
    },
  };
}

/** Throws ArgumentError where two goals are in different layers. */
function sameTensor(wanted: ExportedGoal, other: ExportedGoal): string {
  if (wanted.of === other.of) return wanted.of;
  throw new ArgumentError('there is no contrast between different layers', {
    expected: 'two classes, or two units of one layer',
    got: `${wanted.says} and ${other.says}`,
  });
}

interface ExportedStart extends Pick<Start, 'at'>, Pick<ExportedGoal, 'of' | 'says'> {
  readonly channel?: number | 'given' | undefined;
}

function startOf(model: Model, target: Target): ExportedStart {
  if (target === 'given') return { of: model.logits, at: 'all', channel: target, says: 'the class that is given' };
  if (target === 'top-1') {
    const { single } = model.head;
    const says = single === undefined ? 'the best class' : className(model, single);
    return { of: model.logits, at: 'all', channel: single, says };
  }
  const wanted = targetIn(model, target);
  if (typeof wanted === 'number')
    return { of: model.logits, at: 'all', channel: wanted, says: className(model, wanted) };
  const { layer, channel, at = 'max' } = wanted;
  const says = channel === undefined ? `the strongest channel of ${layer}` : `${layer}, channel ${String(channel)}`;
  return { of: model.resolve(layer).name, channel, at, says };
}

/** How a picture becomes the input, in words. */
function sentenceOn({ height, width, channels, mean, std, resize }: Preprocessing): string {
  const size = `${String(height)}×${String(width)}`;
  const cut =
    resize === 'stretch'
      ? `the picture scaled to ${size}`
      : `the picture with its shorter side scaled to ${String(resize)}, of which the centre of ${size} is cut`;
  const numbers = std.every((one) => one === 1) ? '' : ` and divided by [${std.join(', ')}]`;
  return `${cut}; channels ${channels}, each value of 0…255 less [${mean.join(', ')}]${numbers}.`;
}
