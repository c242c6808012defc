import { shown } from '../check.ts';
import { ArgumentError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import { byLikeness } from '../tensor/closest.ts';
import type { Shape } from '../tensor/shape.ts';

/** What a person can name in a network: the output of one of its nodes. */
export interface Layer {
  /** Readable name: an alias of the manifest, else the node's name in the source file. */
  readonly name: string;
  readonly tensor: string;
  /** Type of the node that makes it, such as `conv2d`. */
  readonly op: string;
  readonly shape: Shape;
}

/** Readable names → names of the source file, as a model's manifest gives them. */
export type LayerAliases = Readonly<Record<string, string>>;

/** The layers of a graph in order of computation. */
export function layersOf(graph: Graph, aliases: LayerAliases = {}): readonly Layer[] {
  const readable = new Map(Object.entries(aliases).map(([alias, name]) => [lookUp(graph, name), alias]));
  return graph.nodes.map(({ op, name, outputs }) => {
    const tensor = outputs[0]!;
    return { name: readable.get(tensor) ?? name, tensor, op, shape: graph.values.get(tensor)!.shape };
  });
}

/**
 * The tensor behind a name: an alias of the manifest, or a tensor or node of the source file, followed to where
 * transforms put it. Throws {@link ArgumentError} that says where the name went, or lists what there is, closest first.
 */
export function resolveTensor(graph: Graph, name: string, aliases: LayerAliases = {}): string {
  if (typeof name !== 'string') throw new ArgumentError('a layer has a name', { expected: 'a text', got: shown(name) });
  const target = Object.hasOwn(aliases, name) ? aliases[name]! : name;
  const found = lookUp(graph, target);
  if (found !== undefined) return found;
  const alias = graph.aliases.get(target);
  if (alias && 'gone' in alias) throw new ArgumentError(`layer "${name}" is not there any more: ${alias.gone}`);
  const names = layersOf(graph, aliases).map((layer) => layer.name);
  throw new ArgumentError(`there is no layer "${name}"`, { expected: closest(name, names) });
}

function lookUp(graph: Graph, name: string): string | undefined {
  const alias = graph.aliases.get(name);
  if (alias) return 'tensor' in alias ? alias.tensor : undefined;
  if (graph.values.has(name)) return name;
  return graph.nodes.find((node) => node.name === name)?.outputs[0];
}

const SHOWN = 12;

/** Names by likeness to what was asked for; the first dozen. */
function closest(asked: string, names: readonly string[]): string {
  const ranked = byLikeness(asked, names, (name) => name).map((name) => `"${name}"`);
  const more = ranked.length - SHOWN;
  return ranked.slice(0, SHOWN).join(', ') + (more > 0 ? ` or one of ${String(more)} more` : '');
}
