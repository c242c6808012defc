import type { GraphBuilder } from '../../ir/builder.ts';
import type { Taps } from '../../ir/dependence.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/registry.ts';
import { tensor, type Tensor } from '../../tensor/tensor.ts';
import { prune } from '../prune.ts';
import { changesOf, type PatchPositions } from './extent.ts';
import { onWindowOf, hasWindow, sumScaleOf } from './local.ts';
import { layOut, type Layout, type Window } from './layout.ts';

export interface IncrementalOptions {
  /** The picture [1, c, h, w]. */
  readonly input: string;
  readonly positions: PatchPositions;
  /** Positions in one run. */
  readonly batch: number;
  /** The numbers of {@link baseTensors}, without a patch. They become constants, which all graphs made from them share. */
  readonly base: Readonly<Record<string, Tensor>>;
}

/** A network that runs only where a patch can change something. */
export interface Incremental {
  /** Takes the window and the places, and gives the outputs of the network for a batch, in the same order. */
  readonly graph: Graph;
  /** Input with the part of each picture that the patch changes [n, c, r, s]. */
  readonly window: string;
  /** Input that tells where everything lies. */
  readonly places: string;
  /** Top left corner of the {@link window} in the picture, for a position given by its indices. */
  cornerOf(row: number, col: number): readonly [top: number, left: number];
  /** The numbers of {@link places} for up to a batch of positions. */
  placesOf(group: readonly (readonly [row: number, col: number])[]): Tensor;
}

/**
 * Makes of a network for one picture [1, c, h, w] one for a batch of patched ones that makes only a window of every map: as
 * large as the patch reaches at any of the positions, and where it reaches at each. Around it a map is the same as without
 * a patch. Where windows nearly cover their map, and behind ops that mix all pixels, maps are made as a whole.
 */
export function incremental(graph: Graph, options: IncrementalOptions): Incremental {
  const { input, positions, batch } = options;
  const pruned = prune(graph);
  const changes = changesOf(pruned, input, positions);
  const layout = layOut(pruned, changes, hasWindow(pruned, changes));
  const windowed = new Windowed(pruned, layout, options).make();
  const { column } = layout.windows.get(input)!;
  return {
    ...windowed,
    cornerOf: (row, col) => layout.placeOf(column, row, col),
    placesOf: (group) => {
      const columns = Array.from({ length: layout.columns }, (_, i) => i);
      const all = Array.from({ length: batch }, (_, i) => group[i] ?? group[0]!);
      const places = all.flatMap(([row, col]) => columns.flatMap((i) => layout.placeOf(i, row, col)));
      return tensor('uint32', [batch, layout.columns, 2], places);
    },
  };
}

/** What became of a tensor: one and the same for all positions, a window for each, or the whole for each. */
type Made =
  | { readonly kind: 'same'; readonly name: string }
  | { readonly kind: 'window'; readonly name: string; readonly window: Window }
  | { readonly kind: 'whole'; readonly name: string };

/** Which part of a map is read, for each position. */
interface Part {
  readonly size: readonly [number, number];
  /** Column of places; −1: the origin. */
  readonly to: number;
  readonly stride: readonly [number, number];
  readonly before: readonly [number, number];
  readonly fill: number;
}

class Windowed {
  readonly #graph: Graph;
  readonly #layout: Layout;
  readonly #builder: GraphBuilder = graphBuilder();
  readonly #made = new Map<string, Made>();
  readonly #base: IncrementalOptions['base'];
  readonly #read = new Map<string, string>();
  readonly #picture: string;
  readonly #places: string;

  constructor(graph: Graph, layout: Layout, { input, batch, base }: IncrementalOptions) {
    this.#graph = graph;
    this.#layout = layout;
    this.#base = base;
    const window = layout.windows.get(input)!;
    const { dtype, shape } = graph.values.get(input)!;
    this.#picture = this.#builder.input(input, dtype, [batch, shape[1]!, ...window.size]);
    this.#places = this.#builder.input('places', 'uint32', [batch, layout.columns, 2]);
    this.#made.set(input, { kind: 'window', name: this.#picture, window });
  }

  make(): Pick<Incremental, 'graph' | 'window' | 'places'> {
    for (const node of this.#graph.nodes) {
      const made = this.#window(node) ?? this.#sum(node);
      if (made) this.#made.set(node.outputs[0]!, made);
      else this.#whole(node);
    }
    const outputs = this.#graph.outputs.map((name) => this.#wholeOf(name));
    const graph = prune(this.#builder.build(this.#graph.name, outputs), outputs);
    return { graph, window: this.#picture, places: this.#places };
  }

  /** The node on windows, where that is less work. */
  #window(node: Node): Made | undefined {
    const window = this.#layout.windows.get(node.outputs[0]!);
    const local = window && onWindowOf(this.#graph, node);
    if (!local) return undefined;
    const states = node.inputs.map((name) => this.#madeOf(name));
    if (states.some((state) => state?.kind === 'whole')) return undefined;
    const inputs = node.inputs.map((name, i) => {
      const under = local.windows[i];
      if (!under || (states[i]!.kind !== 'window' && !this.#varies(name))) return this.#wholeOf(name);
      return this.#part(name, partUnder(under, local.fill ?? 0, window));
    });
    const options = { name: node.name, outputs: [node.outputs[0]!] };
    const done = (name: string): Made => ({ kind: 'window', name, window });
    if (!local.factors) return done(this.#builder.add(node.op, inputs, local.attributes, options));
    const y = this.#builder.add(node.op, inputs, local.attributes, { name: node.name });
    const factors = this.#builder.constant(`${node.name} factors`, local.factors);
    return done(this.#builder.add('mul', [y, this.#readWindow(factors, partAt(window))], {}, options));
  }

  /** A sum over a map is that of the map without a patch, and what the window adds. */
  #sum(node: Node): Made | undefined {
    const scale = sumScaleOf(this.#graph, node);
    const x = this.#madeOf(node.inputs[0]!);
    if (scale === undefined || x?.kind !== 'window') return undefined;
    const old = this.#readWindow(this.#baseOf(node.inputs[0]!), partAt(x.window));
    const change = this.#builder.add('sub', [x.name, old]);
    const sum = this.#builder.add('reduce', [change], { ...node.attributes, mode: 'sum' });
    const scaled = scale === 1 ? sum : this.#builder.add('mul', [sum, this.#builder.scalar(scale)]);
    const output = node.outputs[0]!;
    const options = { name: node.name, outputs: [output] };
    return { kind: 'whole', name: this.#builder.add('add', [scaled, this.#baseOf(output)], {}, options) };
  }

  /** The node as it is. */
  #whole({ op, name, inputs, outputs, attributes }: Node): void {
    const whole = inputs.map((input) => this.#wholeOf(input));
    const same = inputs.every((input) => input === '' || this.#madeOf(input)!.kind === 'same');
    const made = this.#builder.addAll(op, whole, attributes, { name, outputs });
    for (const [i, output] of outputs.entries()) {
      this.#made.set(output, { kind: same ? 'same' : 'whole', name: made[i]! });
    }
  }

  #madeOf(name: string): Made | undefined {
    if (name === '') return undefined;
    const made = this.#made.get(name);
    if (made) return made;
    const constant: Made = { kind: 'same', name: this.#builder.constant(name, this.#graph.constants.get(name)!) };
    this.#made.set(name, constant);
    return constant;
  }

  /** A tensor has more than one pixel. */
  #varies(name: string): boolean {
    const [, , height = 1, width = 1] = this.#graph.values.get(name)!.shape;
    return height * width > 1;
  }

  #wholeOf(name: string): string {
    const made = this.#madeOf(name);
    if (made?.kind !== 'window') return made?.name ?? '';
    const [, , height, width] = this.#graph.values.get(name)!.shape as [number, number, number, number];
    return this.#part(name, partAt({ size: [height, width], column: -1 }));
  }

  /** A part of a map as it is with the patch. */
  #part(name: string, part: Part): string {
    const made = this.#madeOf(name)!;
    if (made.kind !== 'window') return this.#readWindow(made.name, part);
    const { column, size } = made.window;
    const plain = [...part.stride, ...part.before].join() === '1,1,0,0';
    if (plain && part.to === column && part.size.join() === size.join()) return made.name;
    return this.#readWindow(this.#baseOf(name), part, made);
  }

  /** A part of a map of which a window may have changed; read once. */
  #readWindow(map: string, part: Part, changed?: Extract<Made, { kind: 'window' }>): string {
    const key = JSON.stringify([map, part, changed?.name]);
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const inputs = [this.#places, map, ...(changed ? [changed.name] : [])];
    const read = this.#builder.add('read-window', inputs, { ...part, from: changed?.window.column ?? -1 });
    this.#read.set(key, read);
    return read;
  }

  /** The constant with the numbers of a tensor without a patch. */
  #baseOf(name: string): string {
    const constant = `${name} without a patch`;
    return this.#builder.has(constant) ? constant : this.#builder.constant(constant, this.#base[name]!);
  }
}

/** The part that a window covers. */
function partAt({ size, column }: Window): Part {
  return { size, to: column, stride: [1, 1], before: [0, 0], fill: 0 };
}

/** The part of an input that the windows of an op under a window of the output lie on. */
function partUnder([h, w]: readonly [Taps, Taps], fill: number, { size, column }: Window): Part {
  const extent = (axis: Taps, count: number): number =>
    (count - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
  return {
    size: [extent(h, size[0]), extent(w, size[1])],
    to: column,
    stride: [h.stride, w.stride],
    before: [h.before, w.before],
    fill,
  };
}
