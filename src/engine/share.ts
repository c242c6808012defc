import type { Graph } from '../ir/graph.ts';
import type { Launch } from '../ir/op.ts';
import { append } from '../tensor/append.ts';
import { opOf } from '../ops/registry.ts';
import { sizeOf } from '../tensor/shape.ts';

/** WebGPU's default alignment of storage bindings; where a device allows less, this is right too. */
const ALIGNMENT_BYTES = 256;
const NUMBER_BYTES = 4;

/** Which tensors lie in the memory of others. */
export class Sharing {
  readonly #inside = new Map<string, { readonly base: string; readonly offset: number }>();
  /** Tensor with memory of its own → all that lie in it; those that lie there alone are left out. */
  readonly #members = new Map<string, string[]>();
  /** From the first to the last byte of tensors whose images do not lie side by side. */
  readonly spans: Map<string, number> = new Map();

  /** The tensor with memory of its own in which this one lies, and where in it, in bytes. */
  locate(name: string): { readonly root: string; readonly offset: number } {
    const path: string[] = [];
    let root = name;
    for (let at = this.#inside.get(root); at; at = this.#inside.get(root)) {
      path.push(root);
      root = at.base;
    }
    // The way is shorter next time: chains of views are as long as networks are deep.
    let offset = 0;
    for (const step of path.reverse()) {
      offset += this.#inside.get(step)!.offset;
      this.#inside.set(step, { base: root, offset });
    }
    return { root, offset };
  }

  /** The tensors whose memory is that of `root`, itself included. */
  members(root: string): readonly string[] {
    return this.#members.get(root) ?? [root];
  }

  /** Puts a tensor that has memory of its own, with all that lie in it, into that of another. */
  put(name: string, base: string, offset: number): void {
    const { root } = this.locate(base);
    // The longer list takes the shorter one in, whosever it is.
    const [some, more] = [this.members(name), this.members(root)].sort((a, b) => a.length - b.length) as [
      string[],
      string[],
    ];
    for (const member of some) more.push(member);
    this.#members.set(root, more);
    this.#members.delete(name);
    this.#inside.set(name, { base, offset });
  }
}

/** A launch and the node it is for. */
export interface NodeLaunch {
  readonly launch: Launch;
  readonly node: string;
}

/**
 * Spares copies: a view, or a slice of neighbouring channels, is a part of its source's memory; what is only made to be
 * concatenated is written where it ends up, if need be with another stride between its images. Leaves out the launches that
 * thereby have nothing to do. Parts begin where a binding can, and no launch reads and writes one buffer, which WebGPU forbids.
 */
export function share<L extends NodeLaunch>(
  graph: Graph,
  launches: readonly L[],
): { readonly shared: Sharing; readonly launches: readonly L[] } {
  const shared = new Sharing();
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const kept = new Set(graph.outputs);
  for (const node of graph.nodes) if (opOf(node.op).view) shared.put(node.outputs[0]!, node.inputs[0]!, 0);

  /** Tensor → launches that touch it. */
  const touching = new Map<string, NodeLaunch[]>();
  for (const entry of launches) {
    for (const name of new Set(Object.values(entry.launch.bindings))) append(touching, name, entry);
  }
  const written = new Map(graph.nodes.map((node) => [node.name, new Set(node.outputs)]));
  const elided = new Set<Launch>();
  /**
   * Whether a launch would read and write the memory that `root` and `part` are to share. None does within one of them, so
   * it would touch both: those that touch the one with fewer tensors are looked at.
   */
  const clash = (root: string, part: string): boolean => {
    const within = (name: string): boolean => [root, part].includes(shared.locate(name).root);
    const [members] = [shared.members(root), shared.members(part)].sort((a, b) => a.length - b.length);
    return members!.some((member) =>
      touching.get(member)?.some(({ launch, node }) => {
        if (elided.has(launch)) return false;
        const touched = Object.values(launch.bindings).filter(within);
        const writes = touched.filter((name) => written.get(node)!.has(name));
        return writes.length > 0 && writes.length < touched.length;
      }),
    );
  };

  /** Launches that can write the images of a tensor with another stride, if nothing but `copy` uses it besides. */
  const writersOf = (name: string, copy: Launch): readonly Launch[] | undefined => {
    const members = shared.locate(name).root === name ? shared.members(name) : [];
    const writers = touching.get(name)!.flatMap(({ launch }) => (launch === copy ? [] : [launch]));
    const writes = ({ batchStride, bindings }: Launch): boolean =>
      batchStride !== undefined && Object.keys(bindings).every((key) => (bindings[key] === name) === (key === 'y'));
    const read = members.some((member) => kept.has(member) || (member !== name && touching.has(member)));
    return read || !writers.every(writes) ? undefined : writers;
  };
  const strideOf = new Map<Launch, number>();

  const sizeOfTensor = (name: string): number => sizeOf(graph.values.get(name)!.shape);
  for (const { launch } of launches) {
    if (!launch.copies) continue;
    const { fromStart, toStart, size, rows, toStride } = launch.copies;
    const [from, to] = [launch.bindings['x']!, launch.bindings['y']!];
    const writers = rows > 1 ? writersOf(from, launch) : [];
    if (!writers) continue;
    const parts = [
      ...(size * rows === sizeOfTensor(from) ? [{ part: from, whole: to, start: toStart }] : []),
      ...(rows === 1 && size === sizeOfTensor(to) ? [{ part: to, whole: from, start: fromStart }] : []),
    ];
    elided.add(launch);
    const fits = parts.find(({ part, whole, start }) => {
      const { root, offset } = shared.locate(whole);
      const aligned = (offset + start * NUMBER_BYTES) % ALIGNMENT_BYTES === 0;
      const free = shared.locate(part).root === part && root !== part && made.has(part) && made.has(root);
      return aligned && free && !clash(root, part);
    });
    if (!fits) {
      elided.delete(launch);
      continue;
    }
    shared.put(fits.part, fits.whole, fits.start * NUMBER_BYTES);
    if (rows > 1) shared.spans.set(from, ((rows - 1) * toStride + size) * NUMBER_BYTES);
    for (const writer of writers) strideOf.set(writer, toStride);
  }
  const placed = (entry: L): L => {
    const { launch } = entry;
    const stride = strideOf.get(launch);
    return stride === undefined
      ? entry
      : { ...entry, launch: { ...launch, params: { ...launch.params, [launch.batchStride!]: stride } } };
  };
  return { shared, launches: launches.filter(({ launch }) => !elided.has(launch)).map(placed) };
}
