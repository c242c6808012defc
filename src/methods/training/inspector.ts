import type { Backend, Executable } from '../../engine/backend.ts';
import { differentiate, RULES } from '../../graph/differentiate.ts';
import { layersOf, resolveTensor, type Layer } from '../../graph/layers.ts';
import { prune } from '../../graph/prune.ts';
import type { RuleSet } from '../../ir/op.ts';
import { sizeOf, type Shape } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import { graphOf, type Network, type Weights } from './network.ts';

export interface InspectorOptions {
  /** The layer that is looked at. */
  readonly layer: string;
  /** How the score of a class is sent back; the plain gradient by default (Simonyan et al. 2014, §3). */
  readonly rules?: RuleSet | undefined;
}

/** What a network makes of one picture. */
export interface Inspection {
  /** [outputs], before any softmax. */
  readonly scores: Float32Array;
  /** What the layer makes of it: [c, h, w] or [c]. */
  readonly layer: Tensor;
  /** How the score of the class changes with the picture as the network sees it: [c, h, w]. */
  readonly gradient: Tensor;
}

/** The layers of a network that may be looked at, in order. */
export function layersOfNetwork(network: Network): readonly Layer[] {
  const graph = graphOf(network, { ...network.parameters, ...network.buffers }, { weights: 'inputs' });
  // By the names of its layers, not of the nodes that were appended for them.
  return layersOf(graph, Object.fromEntries([...graph.aliases.keys()].map((name) => [name, name])));
}

/** Looks into a network while it learns: compiled once, and given other weights each time. */
export class Inspector {
  readonly #executable: Executable;
  readonly #tensors: { readonly scores: string; readonly layer: string; readonly gradient: string };
  readonly #seed: { readonly name: string; readonly shape: Shape };

  private constructor(
    executable: Executable,
    tensors: { readonly scores: string; readonly layer: string; readonly gradient: string },
    seed: { readonly name: string; readonly shape: Shape },
  ) {
    this.#executable = executable;
    this.#tensors = tensors;
    this.#seed = seed;
  }

  /** Throws ArgumentError for a layer that is not there. */
  static async open(
    network: Network,
    backend: Backend,
    { layer, rules = RULES.gradient }: InspectorOptions,
  ): Promise<Inspector> {
    const graph = graphOf(network, { ...network.parameters, ...network.buffers }, { weights: 'inputs' });
    const [input, [scores]] = [graph.inputs[0]!, graph.outputs as readonly [string]];
    const at = resolveTensor(graph, layer);
    const { graph: both, gradients, seed } = differentiate(graph, { of: scores, wrt: [input], rules });
    const tensors = { scores, layer: at, gradient: gradients.get(input)! };
    const executable = await backend.compile(prune(both, [...new Set(Object.values(tensors))]));
    return new Inspector(executable, tensors, { name: seed, shape: graph.values.get(scores)!.shape });
  }

  /** A picture [1, c, h, w] as {@link inputOf} makes it; the gradient is of output `target`. */
  async look(weights: Weights, input: Tensor, target: number, signal?: AbortSignal): Promise<Inspection> {
    const { scores, layer, gradient } = this.#tensors;
    const { name, shape } = this.#seed;
    const seed = new Float32Array(sizeOf(shape));
    seed[target] = 1;
    const { inputs } = this.#executable.graph;
    const all: Readonly<Record<string, Tensor>> = { ...weights, images: input, [name]: float32(shape, seed) };
    const given = Object.fromEntries(inputs.map((each) => [each, all[each]!]));
    const found = await this.#executable.run(given, { signal });
    const single = (tensor: Tensor): Tensor => ({ ...tensor, shape: tensor.shape.slice(1) });
    return {
      scores: found[scores]!.data as Float32Array,
      layer: single(found[layer]!),
      gradient: single(found[gradient]!),
    };
  }

  dispose(): void {
    this.#executable.dispose();
  }
}
