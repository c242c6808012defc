import { checkChoice } from '../check.ts';
import type { AdapterDescription, Executable } from '../engine/backend.ts';
import type { Model } from '../engine/model.ts';
import { pictureOf, runAndShow } from '../engine/show.ts';
import { ArgumentError } from '../errors.ts';
import { differentiate } from '../graph/differentiate.ts';
import { prune } from '../graph/prune.ts';
import { receptiveField, type FieldBox } from '../graph/receptive-field.ts';
import type { Graph, Value } from '../ir/graph.ts';
import type { Rules } from '../ir/op.ts';
import type { Picture } from '../models/picture.ts';
import { STRONGEST_PLACE } from '../ops/paint/one-hot.ts';
import { graphBuilder, loadFamilies } from '../ops/registry.ts';
import type { ColormapName } from '../paint/colormaps.ts';
import { mosaicLayout, paletteOf, type MosaicLayout } from '../paint/mosaic.ts';
import { mapIn } from '../paint/patch.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { checkUnit } from './parts/target.ts';

export interface ActivationsOptions {
  readonly layer: string;
  /** Every channel from its smallest to its largest number (the default), or all on the scale of the layer. */
  readonly scale?: 'tile' | 'layer' | undefined;
  /** `viridis` by default; with `rdbu` 0 is white. */
  readonly colormap?: ColormapName | undefined;
  /** Layer with the unit that is sent back to the picture, and the rules on the way. */
  readonly origin?: { readonly layer: string; readonly rules: Rules } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A unit: channel, and place in it or wherever the channel is strongest. */
export interface OriginUnit {
  readonly channel: number;
  readonly at: 'max' | readonly [y: number, x: number];
}

export interface ShowOptions {
  /** The channel whose numbers come back. */
  readonly channel: number;
  /** The unit that is sent back, of the layer named as origin; where the channel is strongest by default. */
  readonly origin?: OriginUnit | undefined;
  /** All numbers of the layer come back, not only those of the channel. */
  readonly whole?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a unit sends back to the picture. */
export interface SentBack {
  /** The part of the network's input that the unit sees; clipped to it. */
  readonly box: FieldBox;
  /** [c, h, w] in the box; it is 0 elsewhere. */
  readonly map: Tensor;
  /** Where the unit is. */
  readonly at: readonly [y: number, x: number];
}

/** What came back of one input. */
export interface ActivationFrame {
  readonly layer: string;
  /** [c, 3]: smallest and largest number of each channel, and the place of the largest in it. */
  readonly extents: Tensor;
  readonly channel: number;
  /** Numbers of the channel [h, w]. */
  readonly plane: Tensor;
  /** The layer [1, c, …], where all of it was asked for and where it has no spatial extent. */
  readonly values: Tensor | undefined;
  readonly sentBack: SentBack | undefined;
  readonly ms: number;
  readonly adapter: AdapterDescription;
}

/**
 * Makes a layer ready to be watched: one graph runs the network, finds the extents of all channels, paints them beside each
 * other as a mosaic, and sends a unit back to the picture, all in one go on the backend. What changes from frame to frame
 * (input, channel, unit) is data, so nothing is compiled or allocated again. Dispose of it when done.
 *
 * Throws ArgumentError where a layer does not exist or has no channels.
 */
export async function activations(model: Model, options: ActivationsOptions): Promise<Activations> {
  if (options.scale !== undefined) checkChoice('scale', options.scale, ['tile', 'layer']);
  await loadFamilies(['paint']);
  const layer = model.resolve(options.layer);
  const [batch, channels = 0] = layer.shape;
  if (batch !== 1 || channels === 0 || layer.shape.length > 4 || layer.dtype !== 'float32') {
    throw new ArgumentError('the layer has no channels to show', {
      where: `layer "${options.layer}"`,
      expected: 'float32 1×channels, 1×channels×length or 1×channels×height×width',
      got: `${layer.dtype} ${formatShape(layer.shape)}`,
    });
  }
  const parts = watchingGraph(model, layer, options);
  await model.open();
  const executable = await model.compile(parts.graph, { signal: options.signal });
  return new Activations(model, options, layer, parts, executable);
}

/** Names in the graph of a layer that is watched. */
interface Parts {
  readonly graph: Graph;
  readonly layout: MosaicLayout | undefined;
  readonly extents: string;
  readonly channel: string;
  readonly plane: string;
  readonly pixels: string | undefined;
  readonly origin: OriginParts | undefined;
}

interface OriginParts {
  /** The layer of the unit. */
  readonly tensor: Value;
  readonly extents: string;
  readonly unit: string;
  readonly gradient: string;
}

/** A layer that is watched. Made by {@link activations}. */
export class Activations {
  readonly layer: string;
  /** How the mosaic is laid out; undefined for a layer without spatial extent, whose numbers are bars. */
  readonly layout: MosaicLayout | undefined;
  readonly #model: Model;
  readonly #options: ActivationsOptions;
  readonly #value: Value;
  readonly #parts: Parts;
  readonly #executable: Executable;

  constructor(model: Model, options: ActivationsOptions, value: Value, parts: Parts, executable: Executable) {
    this.layer = options.layer;
    this.layout = parts.layout;
    this.#model = model;
    this.#options = options;
    this.#value = value;
    this.#parts = parts;
    this.#executable = executable;
  }

  /**
   * Runs an input [1, c, h, w] and paints the mosaic on the canvas, which is resized to a pixel for each unit; its
   * numbers stay on the GPU. Throws ArgumentError for a channel or a place that the layer does not have, NonFiniteError
   * where what is read back is no number.
   */
  async show(input: Tensor, canvas: HTMLCanvasElement, options: ShowOptions): Promise<ActivationFrame> {
    const began = performance.now();
    const { extents, plane, pixels, origin, layout } = this.#parts;
    const { channel, signal } = options;
    const whole = options.whole === true || !layout;
    const sent = origin ? [origin.gradient, origin.extents] : [];
    const read = [...new Set([extents, plane, ...(whole ? [this.#value.name] : []), ...sent])];
    const inputs = this.#inputs(input, options);
    const results =
      pixels === undefined
        ? await this.#executable.run(inputs, { read, signal })
        : await runAndShow(this.#executable, inputs, { pixels, width: layout!.width, canvas }, { read, signal });
    const [, , height = 1, width = 1] = this.#value.shape;
    await this.#model.expectFinite(Object.values(results), input);
    return {
      layer: this.layer,
      extents: results[extents]!,
      channel,
      plane: { ...results[plane]!, shape: [height, width] },
      values: results[this.#value.name],
      sentBack: origin && this.#sentBack(origin, results, options.origin ?? { channel, at: 'max' }),
      ms: performance.now() - began,
      adapter: this.#model.backend.adapter,
    };
  }

  /** The mosaic of an input as a picture, to be saved; undefined for a layer without spatial extent. */
  async picture(input: Tensor, options: ShowOptions): Promise<Picture | undefined> {
    const { pixels, layout } = this.#parts;
    if (pixels === undefined || !layout) return undefined;
    const results = await this.#executable.run(this.#inputs(input, options), {
      read: [pixels],
      signal: options.signal,
    });
    return pictureOf(results[pixels]!, layout.width);
  }

  dispose(): void {
    this.#executable.dispose();
  }

  #sentBack(
    { tensor: of, gradient, extents }: OriginParts,
    results: Readonly<Record<string, Tensor>>,
    { channel, at: wanted }: OriginUnit,
  ): SentBack {
    const { graph, input } = this.#model;
    const [, , , across = 1] = of.shape;
    const place = results[extents]!.data[3 * channel + 2]!;
    const at = wanted === 'max' ? ([Math.floor(place / across), place % across] as const) : wanted;
    const [, , height, width] = input.shape as [number, number, number, number];
    const [x0, y0, x1, y1] = receptiveField(graph, of.name, { channel, at }) ?? [0, 0, width, height];
    const box = [Math.max(x0, 0), Math.max(y0, 0), Math.min(x1, width), Math.min(y1, height)] as const;
    const { shape, ...map } = results[gradient]!;
    return { at, box, map: mapIn({ ...map, shape: shape.slice(1) }, box) };
  }

  #inputs(input: Tensor, { channel, origin = { channel, at: 'max' } }: ShowOptions): Readonly<Record<string, Tensor>> {
    const { parts, layer } = { parts: this.#parts, layer: this.layer };
    checkUnit({ layer, channel }, this.#value.shape);
    const given = { [this.#model.input.name]: input, [parts.channel]: tensor('uint32', [1], [channel]) };
    if (!parts.origin) return given;
    const { unit, tensor: of } = parts.origin;
    checkUnit({ layer: this.#options.origin!.layer, ...origin }, of.shape);
    const [, , , width = 1] = of.shape;
    const place = origin.at === 'max' ? STRONGEST_PLACE : origin.at[0] * width + origin.at[1];
    return { ...given, [unit]: tensor('uint32', [2], [origin.channel, place]) };
  }
}

function watchingGraph(
  model: Model,
  { name: layer, shape }: Value,
  { scale = 'tile', colormap = 'viridis', origin }: ActivationsOptions,
): Parts {
  const builder = graphBuilder(model.graph);
  const extentsOf = (name: string): string => builder.add('min-max', [name], { each: 'channel' });
  const extents = extentsOf(layer);
  const channel = builder.input('channel', 'uint32', [1]);
  const plane = builder.add('channel', [layer, channel]);
  const layout = sizeOf(shape.slice(2)) > 1 ? mosaicLayout(shape) : undefined;
  let pixels: string | undefined;
  if (layout) {
    const palette = builder.constant('palette', paletteTensor(colormap));
    const ends = { starts: [0, 0], sizes: [-1, 2], steps: [1, 1] };
    const all = (): string => builder.add('min-max', [builder.add('slice', [extents], ends)], { each: 'tensor' });
    const attributes = { columns: layout.columns, symmetric: colormap === 'rdbu' };
    pixels = builder.add('mosaic', [layer, scale === 'tile' ? extents : all(), palette], attributes);
  }
  const parts = { layout, extents, channel, plane, pixels };
  const outputs = [layer, extents, plane, ...(pixels === undefined ? [] : [pixels])];
  if (!origin) return { ...parts, origin: undefined, graph: prune(builder.build(model.graph.name, outputs), outputs) };

  const from = model.resolve(origin.layer);
  const ends = from.name === layer ? extents : extentsOf(from.name);
  const unit = builder.input('unit', 'uint32', [2]);
  const oneHot = builder.add('one-hot', [ends, unit], { shape: from.shape });
  const forward = builder.build(model.graph.name, [...new Set([...outputs, ends, oneHot])]);
  const backward = differentiate(forward, { of: from.name, wrt: [model.input.name], rules: origin.rules });
  const gradient = backward.gradients.get(model.input.name)!;
  const graph = prune(connect(backward.graph, backward.seed, oneHot), [...new Set([...outputs, ends, gradient])]);
  return { ...parts, origin: { tensor: from, extents: ends, unit, gradient }, graph };
}

/** The same graph with a tensor that it makes itself in place of an input. */
function connect(graph: Graph, input: string, by: string): Graph {
  return {
    ...graph,
    inputs: graph.inputs.filter((name) => name !== input),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (name === input ? by : name)) })),
  };
}

const palettes = new Map<ColormapName, Tensor>();

/** The same tensor each time, so that devices have one copy. */
function paletteTensor(name: ColormapName): Tensor {
  const colours = paletteOf(name);
  const palette = palettes.get(name) ?? tensor('uint32', [colours.length], colours);
  palettes.set(name, palette);
  return palette;
}
