import { checkChoice } from '../../check.ts';
import type { Model } from '../../engine/model.ts';
import { ArgumentError } from '../../errors.ts';
import { flowsBack } from '../../graph/differentiate.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Preprocessing } from '../../models/manifest.ts';
import { toOnnx, type OnnxExportOptions } from '../../onnx/export.ts';
import { loadFamilies } from '../../ops/registry.ts';
import { lastSpatialLayer } from '../parts/spatial.ts';
import { className, targetIn, type Target } from '../parts/target.ts';
import { attributionGraph, graphMethods, type GraphMethod, type GraphMethodName } from './graphs.ts';
import type { Reduction } from './saliency.ts';
import { appendSeed, type Start } from './seed.ts';

export interface AttributionExportOptions {
  /**
   * What is explained: a class, a unit such as "fire5:17", a layer. `top-1`, the default, is the class that the file itself finds
   * to be the best for the picture; with `given` the class is an input of the file, `class`, int64 [1].
   */
  readonly target?: Target | undefined;
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
  const chosen = graphMethods[checkChoice('method', method, METHODS)];
  checkChoice('start', start, ['one', 'activation']);
  checkChoice('reduction', reduction, ['max', 'sum', 'l2']);
  checkChoice('size', size, ['input', 'layer']);
  await loadFamilies(['pointwise', 'functions', 'matmul']);
  const goal = goalOf(model, target);
  const name = chosen.passes.some(({ to }) => to === 'layer') ? (layer ?? lastSpatialLayer(model)) : undefined;
  const ends = endsOf(model, chosen, goal, name);
  const graph = attributionGraph(model.graph, chosen, {
    of: goal.of,
    ...ends,
    reduction,
    signed,
    enlarge: size === 'input',
    also: model.hasHead ? [model.logits] : [],
    seed: (builder) => {
      const channel = goal.asked ? { input: builder.input('class', 'int64', [1]) } : goal.channel;
      return appendSeed(builder, goal.of, { channel, at: goal.at, value: start });
    },
  });
  const [map, scores] = graph.outputs as [string, string?];
  const over = chosen.over === 'input' || size === 'input' ? 'the network’s input' : `layer ${name!}`;
  return {
    graph,
    names: { ...(scores === undefined ? {} : { [scores]: 'scores' }), [map]: 'map' },
    documentation: {
      text: `${chosen.says} Target: ${goal.says}. ${name === undefined ? '' : `Layer: ${name}. `}Input: ${sentenceOn(model.preprocessing)}`,
      tensors: {
        [model.input.name]: sentenceOn(model.preprocessing),
        map: `The map over ${over}.`,
        scores: 'The unnormalised scores of the classes.',
        class: 'The index of the class to be explained.',
      },
      metadata: {
        'unpool.method': method,
        'unpool.network': model.name,
        'unpool.target': goal.says,
        ...(name === undefined ? {} : { 'unpool.layer': name }),
        'unpool.preprocessing': JSON.stringify(model.preprocessing),
      },
    },
  };
}

interface ExportedGoal extends Pick<Start, 'at'> {
  /** Tensor whose units are explained. */
  readonly of: string;
  readonly channel?: number | undefined;
  /** The class is an input of the file. */
  readonly asked?: boolean;
  readonly says: string;
}

/** What `findGoal` finds, as far as that goes without a picture. */
function goalOf(model: Model, target: Target): ExportedGoal {
  if (target === 'given') return { of: model.logits, at: 'all', asked: true, says: 'the class that is given' };
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

/** Where the signals go. Throws unless they can. */
function endsOf(
  model: Model,
  { passes }: GraphMethod,
  { of, says }: ExportedGoal,
  layer: string | undefined,
): { readonly input: string; readonly layer: string } {
  const input = model.input.name;
  const value = layer === undefined ? model.input : model.resolve(layer);
  if (layer !== undefined && value.shape.length !== 4) {
    throw new ArgumentError(`${layer} has no feature maps`, { expected: 'a layer [1, c, h, w]' });
  }
  for (const { to } of passes) {
    const end = to === 'input' ? input : value.name;
    if (of !== end && flowsBack(model.graph, of, [end])) continue;
    throw new ArgumentError(`no signal flows from ${says} back to ${to === 'input' ? 'the input' : layer!}`, {
      expected: 'a layer that it is computed from, by operations that have a gradient',
    });
  }
  return { input, layer: value.name };
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
