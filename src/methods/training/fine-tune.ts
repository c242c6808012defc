import { checkChoice, checkList, checkWhole } from '../../check.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import { Inlined } from '../../graph/inline.ts';
import { resolveTensor, type LayerAliases } from '../../graph/layers.ts';
import { prune } from '../../graph/prune.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import { SEEDS } from '../../limits.ts';
import { loadFamilies, opOf } from '../../ops/registry.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Layer } from './layers.ts';
import type { Appended, Network, Site, Weights } from './network.ts';
import { networkOf, TRAINING_FAMILIES } from './sequential.ts';

export interface FineTuneOptions {
  /** The layer whose output the new layers get: the last one that is kept. */
  readonly at: string;
  /** What is put behind it; it must end with rows of numbers [n, outputs]. */
  readonly head: readonly Layer[];
  /** Layers of the network whose weights are learned too, or all that lead to `at`; by default none: they are frozen. */
  readonly train?: readonly string[] | 'all' | undefined;
  /** Names of layers that are no names of the file. */
  readonly layers?: LayerAliases | undefined;
  /** Decides the first weights of the new layers; 1 by default. */
  readonly seed?: number | undefined;
}

/** New layers, and what they make, are called that and their name. */
const PREFIX = 'head.';

const prefixed = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, value]) => [`${PREFIX}${name}`, value]));

/**
 * A network that somebody has trained, with new layers at its end: `model.graph`, or what `importOnnx` makes of a file. Weights of
 * convolutions and products can be learned on, as `<layer>.weight` and `<layer>.bias`; normalisation goes by the statistics of the
 * file. New layers are called `head.<layer>`.
 *
 *     await fineTune(model.graph, { at: 'fire9', train: ['fire9/expand3x3'], head: [conv(3, 1), relu(), globalAveragePool(), flatten()] })
 *
 * Throws ArgumentError for layers that are not there, have no weights, or do not lead to `at`; ShapeError where the new ones do not fit.
 */
export async function fineTune(
  graph: Graph,
  { at, head, train = [], layers: aliases = {}, seed = 1 }: FineTuneOptions,
): Promise<Network> {
  checkWhole('seed', seed, ...SEEDS);
  await loadFamilies(TRAINING_FAMILIES);
  const [input = '', ...others] = graph.inputs;
  const shape = graph.values.get(input)?.shape;
  if (others.length > 0 || shape?.length !== 4) {
    throw new ShapeError('the network takes more than a picture, or none', {
      expected: 'one input [n, c, h, w]',
      got: graph.inputs.join(', '),
    });
  }
  const features = resolveTensor(graph, at, aliases);
  const kept = prune(graph, [features]);
  const trained = parametersOf(kept, trainedNodes(graph, kept, train, aliases));
  const size = kept.values.get(features)!.shape.slice(1);
  const withSeed = (seed: number): Network => {
    const top = networkOf(head, size, seed);
    return {
      input: shape.slice(1),
      outputs: top.outputs,
      parameters: {
        ...Object.fromEntries([...trained].map(([name, { tensor }]) => [name, tensor])),
        ...prefixed(top.parameters),
      },
      buffers: prefixed(top.buffers),
      withSeed,
      append: (site) => append(site, top),
    };
  };
  const append = (site: Site, top: Network): Appended => {
    const learned = [...trained].map(([name, { constant }]) => [constant, site.tensor(name)] as const);
    const base = new Inlined(site.builder, kept, { [input]: site.x, ...Object.fromEntries(learned) });
    const x = base.tensor(features);
    const { y, layers, next } = top.append({ ...site, x, tensor: (name) => site.tensor(`${PREFIX}${name}`) });
    const own = kept.nodes.map(({ name, outputs }) => [name, base.tensor(outputs[0]!)] as const);
    const named = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
      [...map].map(([name, value]) => [`${PREFIX}${name}`, value]);
    return { y, layers: new Map([...own, ...named(layers)]), next: new Map(named(next)) };
  };
  return withSeed(seed);
}

/** The nodes that are to learn: those that make these layers. */
function trainedNodes(
  graph: Graph,
  kept: Graph,
  train: readonly string[] | 'all',
  aliases: LayerAliases,
): readonly Node[] {
  const weighted = kept.nodes.filter(({ op, inputs }) => opOf(op).product && kept.constants.has(inputs[1] ?? ''));
  if (typeof train === 'string') {
    checkChoice('choice of layers', train, ['all']);
    return weighted;
  }
  return checkList('train', train).map((name) => {
    const tensor = resolveTensor(graph, name, aliases);
    // A name may be that of a layer whose end is an activation.
    const node = weighted.find((candidate) => candidate.outputs[0] === tensor || candidate.name === name);
    if (node) return node;
    const isThere = kept.values.has(tensor);
    throw new ArgumentError(
      isThere ? `layer "${name}" has no weights` : `layer "${name}" does not lead to the new ones`,
      {
        expected: weighted.map((candidate) => candidate.name).join(', '),
      },
    );
  });
}

const ROLES = ['', 'weight', 'bias'] as const;

/** What these nodes learn: parameter → the constant that it is in the graph, and its numbers. */
function parametersOf(
  { constants }: Graph,
  nodes: readonly Node[],
): ReadonlyMap<string, { readonly constant: string; readonly tensor: Tensor }> {
  return new Map(
    nodes.flatMap(({ name, inputs }) =>
      ROLES.flatMap((role, i) => {
        const tensor = role === '' ? undefined : constants.get(inputs[i] ?? '');
        return tensor ? [[`${name}.${role}`, { constant: inputs[i]!, tensor }] as const] : [];
      }),
    ),
  );
}
