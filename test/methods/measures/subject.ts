import type { Backend, CompileOptions, Executable } from '../../../src/engine/backend.ts';
import { Model } from '../../../src/engine/model.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import type { HeadKind } from '../../../src/models/manifest.ts';
import type { Cost } from '../../../src/methods/measures/measure.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { Layers } from '../../support/nets.ts';
import { Random } from '../../support/random.ts';
import '../../support/ops.ts';

/** Side of the pictures of these networks, px. */
export const SIDE = 12;
/** Pixels of them. */
export const PLANE: number = SIDE * SIDE;

const preprocessing = {
  channels: 'RGB',
  mean: [128, 128, 128],
  std: [64, 64, 64],
  height: SIDE,
  width: SIDE,
  resize: 'stretch',
} as const;

/** A network of 12×12 pixels; `draw` adds its layers to the image and returns the scores. */
export function modelOf(backend: Backend, draw: (layers: Layers, image: string) => string, head?: HeadKind): Model {
  const layers = new Layers();
  const graph = layers.builder.build('small', [draw(layers, layers.image(SIDE))]);
  return new Model({ name: 'small', graph, backend, preprocessing, head });
}

/** Scores that are sums of the pixels times weights: what each of them adds is known. */
export function linearModel(backend: Backend): Model {
  return modelOf(backend, (layers, image) => layers.full(layers.flat(image), 4), 'values');
}

/** Convolution, ReLU, convolution, ReLU, mean. */
export function deepModel(backend: Backend): Model {
  return modelOf(backend, (layers, image) =>
    layers.average(layers.convRelu(layers.maxPool(layers.convRelu(image, 6, 3), 2, { stride: 2 }), 5, 3)),
  );
}

/** Weights [4, 3, 12, 12] of {@link linearModel}, and its biases. */
export function weightsOf({ graph }: Model): { readonly weights: Tensor['data']; readonly bias: Tensor['data'] } {
  const [weights, bias] = [...graph.constants.values()];
  return { weights: weights!.data, bias: bias!.data };
}

/** An input of random numbers. */
export function sampleOf(seed: number = 3): { readonly input: Tensor } {
  return { input: new Random(seed).tensor([1, 3, SIDE, SIDE]) };
}

/** Counts the pictures that go through a network: forwards, and of these those that come back too. */
export function counting(backend: Backend): { readonly backend: Backend; readonly counted: () => Cost } {
  let [forward, back] = [0, 0];
  const compile = async (graph: Graph, options?: CompileOptions): Promise<Executable> => {
    const executable = await backend.compile(graph, options);
    return {
      ...executable,
      graph,
      tierUp: () => executable.tierUp(),
      dispose: () => {
        executable.dispose();
      },
      run: (inputs, runOptions) => {
        // A pass back takes the picture and the signal that it starts from
        forward += Object.values(inputs)[0]!.shape[0]!;
        if (graph.inputs.length > 1) back++;
        return executable.run(inputs, runOptions);
      },
    };
  };
  return {
    backend: {
      adapter: backend.adapter,
      counters: backend.counters,
      compile,
      dispose: () => undefined,
    },
    counted: () => ({ forward, backward: back }),
  };
}
