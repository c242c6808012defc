import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import { loadOps } from '../../src/ops/registry.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { gramsOf } from '../../src/methods/parts/codes.ts';
import * as constraints from '../../src/methods/parts/constraints.ts';
import { inverseFourier, interpolation } from '../../src/methods/parts/matrices.ts';
import {
  classScore,
  channel,
  codeDistance,
  content,
  direction,
  diversity,
  layerNorm,
  logProbability,
  match,
  neuron,
  style,
  styleDistance,
  type Objective,
} from '../../src/methods/parts/objectives.ts';
import { adam, lbfgs, progress, sgd, type Optimiser } from '../../src/methods/parts/optimisers.ts';
import {
  fourier,
  laplacianPyramid,
  lowResolution,
  pixels,
  sharedNoise,
  type Canvas,
  type Parametrisation,
} from '../../src/methods/parts/parametrisations.ts';
import { alphaNorm, l2Penalty, totalVariation } from '../../src/methods/parts/penalties.ts';
import { stepGraph, type Recipe } from '../../src/methods/parts/step-graph.ts';
import {
  blur,
  compose,
  jitter,
  pad,
  randomRotate,
  randomScale,
  type Transform,
} from '../../src/methods/parts/transforms.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { graphBuilder } from '../support/ops.ts';
import { dot, norm, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

const SIZE = 32;
const random = new Random(3);
const picture = random.tensor([1, 3, SIZE, SIZE], () => random.next());
const pictures = random.tensor([2, 3, SIZE, SIZE], () => random.next());

/** Without a ReLU or a pool on the way, so that central differences meet no kink. */
const SMOOTH = layerNorm('first').plus(direction('first', [1, -2, 0.5, 1]));

describe('methods/parts', () => {
  let model: Model;
  let backend: Backend;
  before(async () => {
    await loadOps();
    backend = await openBackend({ poison: true });
    model = await loadModel(new Blob([tinyNet()]), { backend: createReferenceBackend(), preprocessing: TINY_INPUT });
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  function canvasOf(count = 1, { input, preprocessing }: Model = model): Canvas {
    return {
      shape: [count, input.shape[1]!, SIZE, SIZE],
      preprocessing,
      noise: () => {
        const numbers = new Random(8);
        return () => numbers.normal();
      },
    };
  }

  function recipeOf(parts: Partial<Recipe>, canvas: Canvas): Recipe {
    const { parametrisation = pixels({ from: picture }) } = parts;
    const rest = { transforms: [], optimiser: sgd(1), constraints: [], steps: 4, seed: 5, redirected: false };
    return { objective: SMOOTH, parametrisation, start: parametrisation.start(canvas), ...rest, ...parts };
  }

  /** The slope along a direction of all parameters, from the backward pass and from central differences, in float64. */
  function slopes(
    parts: Partial<Recipe>,
    count: number,
    of: Model,
  ): { readonly ours: number; readonly differences: number } {
    const canvas = canvasOf(count, of);
    const recipe = recipeOf(parts, canvas);
    const graph = stepGraph(of, canvas, recipe, true);
    const { start } = recipe;
    const directions = new Random(21);
    const moves = Object.fromEntries(
      Object.entries(start).map(([name, { shape }]) => [name, directions.float64(shape)]),
    );
    const feeds = (step: number): Record<string, Tensor> => ({
      ...graph.start,
      ...Object.fromEntries([...graph.settings.values()].map(({ input, value }) => [input, float32([], [value])])),
      [graph.seed]: float32([], [1]),
      ...Object.fromEntries(
        [...graph.parameters].map(([name, input]) => {
          const { shape, data } = start[name]!;
          return [
            input,
            tensor(
              'float64',
              shape,
              Array.from(data, (v, i) => v + step * moves[name]!.data[i]!),
            ),
          ];
        }),
      ),
    });
    const value = (step: number): number => {
      const terms = evaluate(graph.graph, feeds(step), [graph.terms])[graph.terms]!.data;
      return recipe.objective.terms.reduce((sum, { weight }, i) => sum + weight * terms[i]!, 0);
    };
    const found = evaluate(graph.graph, feeds(0), [...graph.gradients.values()]);
    const ours = [...graph.gradients].reduce(
      (sum, [name, output]) => sum + dot(found[output]!.data, moves[name]!.data),
      0,
    );
    const h = 1e-3;
    return { ours, differences: (value(h) - value(-h)) / (2 * h) };
  }

  function expectSlope(parts: Partial<Recipe>, count = 1, of = model): void {
    const { ours, differences } = slopes(parts, count, of);
    expect(Math.abs(differences), 'there is a slope').to.be.above(0);
    expect(ours / differences).to.be.closeTo(1, 1e-5);
  }

  const parametrisations: Readonly<Record<string, Parametrisation>> = {
    pixels: pixels({ noise: 20 }),
    'pixels of an image': pixels({ from: picture, noise: 1 }),
    Fourier: fourier({ deviation: 0.5 }),
    'Fourier, plain colours': fourier({ deviation: 0.5, decorrelated: false, decay: 0.5 }),
    pyramid: laplacianPyramid({ levels: 3, deviation: 0.5 }),
    'low resolution': lowResolution({ factor: 3, deviation: 0.5 }),
  };
  for (const [name, parametrisation] of Object.entries(parametrisations)) {
    it(`has the gradient of the parametrisation: ${name}`, () => {
      expectSlope({ parametrisation });
      expectSlope({ parametrisation: name.includes('image') ? pixels({ noise: 3 }) : parametrisation }, 2);
    });
  }

  it('has the gradient of one noise on several pictures', () => {
    expectSlope({ parametrisation: sharedNoise(pictures) }, 2);
  });

  it('has the gradients of parametrisations of one channel', async () => {
    const preprocessing = { ...TINY_INPUT, channels: 'gray', mean: [0], std: [255] } as const;
    const gray = await loadModel(new Blob([tinyNet(1)]), { backend: createReferenceBackend(), preprocessing });
    for (const [name, parametrisation] of Object.entries(parametrisations))
      if (name !== 'pixels of an image') expectSlope({ parametrisation }, 1, gray);
    gray.dispose();
  });

  const transforms: Readonly<Record<string, readonly Transform[]>> = {
    pad: [pad(3)],
    'pad, mirrored': [pad(3, 'reflect')],
    jitter: [jitter(5)],
    scale: [randomScale([0.8, 1.3])],
    rotate: [randomRotate([-20, 35])],
    blur: [blur(0.7)],
    all: [compose(pad(2), jitter(2), randomScale([0.9, 1.1]), randomRotate([-5, 5]), blur(0.4)), jitter(1)],
  };
  for (const [name, list] of Object.entries(transforms)) {
    it(`has the gradient of the transform: ${name}`, () => {
      expectSlope({ transforms: list });
    });
  }

  it('has the gradients of the penalties', () => {
    const penalties = [
      l2Penalty(2),
      alphaNorm(1e-9),
      alphaNorm(1e-4, 3),
      totalVariation(1),
      totalVariation(1, { averaged: true }),
      totalVariation(1, { beta: 1.5 }),
    ];
    for (const objective of penalties) expectSlope({ objective });
  });

  it('has the gradients of the objectives', async () => {
    const code = random.tensor([1, 4, 15, 15]);
    const [gram] = await gramsOf(model, { input: random.tensor([1, 3, SIZE, SIZE]) }, ['first']);
    const objectives: readonly Objective[] = [
      channel('first', 2),
      neuron('first', 1),
      neuron('first', 1, [0, 14]),
      layerNorm('first'),
      codeDistance('first', code),
      content('first', code),
      style('first', gram!),
      styleDistance('first', gram!),
      match('first', random.tensor([1, 4, 3, 2])),
    ];
    for (const objective of objectives) expectSlope({ objective, parametrisation: pixels({ noise: 60 }) });
    expectSlope({ objective: diversity('first'), parametrisation: pixels({ noise: 60 }) }, 3);
  });

  it('has the gradients of class scores, through the whole network', () => {
    // Central differences are short enough to meet no kink from this start
    for (const objective of [classScore(3), logProbability(1), classScore(0).times(2).plus(l2Penalty(0.01))])
      expectSlope({ objective });
    expectSlope({ objective: logProbability([1, 3]), parametrisation: pixels({ from: pictures }) }, 2);
  });

  it('says what an objective is', () => {
    const objective = channel('fire5', 3).times(2).plus(l2Penalty(0.001)).plus(codeDistance('conv', picture));
    expect(objective.describe()).to.equal('2 × fire5, channel 3 − 0.001 × ‖x‖² − distance to a code of conv');
  });

  it('makes the same image of a spectrum as the formula', () => {
    for (const [h, w] of [
      [4, 6],
      [5, 7],
      [32, 31],
    ] as const) {
      const k = Math.floor(w / 2) + 1;
      const spectrum = random.float64([2 * h, k]).data;
      const { columns, real, imaginary } = inverseFourier(h, w);
      const mid = product(columns.data, spectrum, 2 * h, 2 * h, k);
      const image = product(mid.subarray(0, h * k), real.data, h, k, w);
      const other = product(mid.subarray(h * k), imaginary.data, h, k, w);
      const ours = image.map((value, i) => value + other[i]!);
      const expected = Float64Array.from({ length: h * w }, (_, i) => {
        const [y, x] = [Math.floor(i / w), i % w];
        let sum = 0;
        for (let u = 0; u < h; u++) {
          for (let v = 0; v < k; v++) {
            const angle = 2 * Math.PI * ((u * y) / h + (v * x) / w);
            const share = v === 0 || 2 * v === w ? 1 : 2;
            const [re, im] = [spectrum[u * k + v]!, spectrum[(h + u) * k + v]!];
            sum += share * (re * Math.cos(angle) - im * Math.sin(angle));
          }
        }
        return sum / (h * w);
      });
      expect(relativeError(ours, expected)).to.be.below(1e-6);
    }
  });

  it('resizes constants to themselves and halves by averaging', () => {
    for (const [from, to] of [
      [7, 19],
      [20, 6],
    ] as const) {
      const { data } = interpolation(from, to);
      for (let column = 0; column < to; column++) {
        let sum = 0;
        for (let row = 0; row < from; row++) sum += data[row * to + column]!;
        expect(sum).to.be.closeTo(1, 1e-6);
      }
    }
    expect([...interpolation(4, 2).data].map((v) => Number(v.toFixed(4)))).to.deep.equal([
      0.4286, 0, 0.4286, 0.1429, 0.1429, 0.4286, 0, 0.4286,
    ]);
  });

  /** x after steps of an optimiser on a function of two numbers, and what it was before each. */
  async function ascend(
    optimiser: Optimiser,
    steps: number,
    on: 'float64' | 'GPU',
    objective = minusRosenbrock,
    start = [-1.2, 1],
  ): Promise<{ x: readonly number[]; trace: readonly number[] }> {
    const forward = graphBuilder();
    const x = forward.input('x', 'float32', [2]);
    const step = forward.input('step', 'float32', []);
    const rate = forward.input('rate', 'float32', []);
    const value = objective(forward, x);
    const { graph, seed, gradients } = differentiate(forward.build('test', [value]), { of: value, wrt: [x] });
    const builder = graphBuilder(graph);
    const state: Record<string, string> = {};
    let given: Record<string, Tensor> = { x: float32([2], start), step: float32([], [0]) };
    const declare = (
      name: string,
      shape: readonly number[],
      fill = 0,
    ): { before: string; keep: (t: string) => void } => {
      const before = builder.input(name, 'float32', shape);
      given[before] = float32(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(fill));
      return { before, keep: (next) => (state[before] = next) };
    };
    const next = optimiser.next({
      builder,
      parameters: [x],
      gradients: [gradients.get(x)!],
      value,
      rate,
      step,
      state: declare,
    });
    state['x'] = next[0]!;
    state['step'] = builder.add('add', [step, builder.scalar(1)]);
    const whole: Graph = builder.build('test', [...new Set([...Object.values(state), value])]);
    const size = typeof optimiser.rate === 'number' ? optimiser.rate : optimiser.rate(0);
    const constants = { [seed]: float32([], [1]), rate: float32([], [size]) };
    const trace: number[] = [];
    const executable = await (on === 'GPU' ? backend : createReferenceBackend()).compile(whole, { state });
    let found: Record<string, Tensor> = {};
    for (let i = 0; i < steps; i++) {
      found = await executable.run({ ...given, ...constants }, { read: [value, state['x']] });
      given = {};
      trace.push(Number(found[value]!.data[0]));
    }
    executable.dispose();
    return { x: [...found[state['x']]!.data].map(Number), trace };
  }

  it('finds the minimum of the Rosenbrock function by L-BFGS', async () => {
    for (const on of ['float64', 'GPU'] as const) {
      const { x, trace } = await ascend(lbfgs(), 80, on);
      expect(norm(x.map((v) => v - 1)), `${on}: ${trace.length} points`).to.be.below(1e-3);
      expect(trace.at(-1)).to.be.above(-1e-6);
    }
  });

  it('steps as the papers say', async () => {
    const flat = (builder: GraphBuilder, x: string): string =>
      sumOf(builder, builder.add('mul', [x, builder.constant('g', float32([2], [3, -4]))]));
    const after = async (optimiser: Optimiser, steps = 1): Promise<readonly number[]> =>
      (await ascend(optimiser, steps, 'float64', flat, [0, 0])).x;
    expect(await after(sgd(2))).to.deep.equal([6, -8]);
    expect(relativeError(await after(sgd(10, { normalise: 'l2' })), [6, -8])).to.be.below(1e-6);
    expect(relativeError(await after(sgd(7, { normalise: 'mean' })), [6, -8])).to.be.below(1e-6);
    expect(await after(sgd(2, { normalise: 'sign' }))).to.deep.equal([2, -2]);
    expect(relativeError(await after(sgd(1, { momentum: 0.5 }), 3), [3 + 4.5 + 5.25, -4 - 6 - 7])).to.be.below(1e-6);
    expect(relativeError(await after(adam(0.1), 5), [0.5, -0.5])).to.be.below(1e-6);
    expect(relativeError(await after(progress(50, 100)), [6, -8])).to.be.below(1e-6);
    expect(relativeError(await after(progress(50, 1)), [3, -4])).to.be.below(1e-6);
  });

  it('does to pixels what it says', () => {
    const values = float32([1, 3, 1, 4], [0, 9, -1, 2, 0, 0, 2, 2, 3, 0, 2, -200]);
    const gradient = [1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, 0];
    const canvas = {
      ...canvasOf(),
      shape: [1, 3, 1, 4] as const,
      preprocessing: { ...TINY_INPUT, mean: [104, 117, 123] },
    };
    const done = (constraint: constraints.Constraint, step = 0): number[] => {
      const builder = graphBuilder();
      const x = builder.input('x', 'float32', values.shape);
      const at = builder.input('step', 'float32', []);
      const g = builder.constant('g', float32(values.shape, gradient));
      const setting = (_: string, value: number): string => builder.scalar(value);
      const y = constraint.apply({ builder, canvas, gradient: g, step: at, setting }, x);
      return [...evaluate(builder.build('test', [y]), { x: values, step: float32([], [step]) })[y]!.data].map(
        (v) => v + 0,
      );
    };
    expect(done(constraints.decay(0.5))).to.deep.equal([...values.data].map((v) => v / 2));
    // Norms 3, 9, 3, 200
    expect(done(constraints.clipNorm(50))).to.deep.equal([0, 9, 0, 2, 0, 0, 0, 2, 0, 0, 0, -200]);
    // Contributions 3, 9, 1, 4
    expect(done(constraints.clipContribution(60))).to.deep.equal([0, 9, 0, 2, 0, 0, 0, 2, 0, 0, 0, -200]);
    expect(done(constraints.bounds())[11]).to.equal(-123);
    expect(done(constraints.ball(float32([1, 3, 1, 4], new Float32Array(12)), 1)).slice(0, 4)).to.deep.equal([
      0, 1, -1, 1,
    ]);
    const wide = (): void => void done(constraints.blurEvery(1, 4));
    expect(wide).to.throw('wider than the image');
  });
});

function product(a: ArrayLike<number>, b: ArrayLike<number>, m: number, k: number, n: number): Float64Array {
  const y = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) for (let j = 0; j < n; j++) y[i * n + j]! += a[i * k + l]! * b[l * n + j]!;
  return y;
}

function sumOf(builder: GraphBuilder, x: string): string {
  return builder.add('reduce', [x], { mode: 'sum', axes: [0], keepdims: false });
}

/** −((1 − a)² + 100 (b − a²)²) */
function minusRosenbrock(builder: GraphBuilder, x: string): string {
  const part = (start: number): string => builder.add('slice', [x], { starts: [start], sizes: [1], steps: [1] });
  const [a, b] = [part(0), part(1)];
  const square = (of: string): string => builder.add('mul', [of, of]);
  const near = square(builder.add('sub', [builder.scalar(1), a]));
  const valley = square(builder.add('sub', [b, square(a)]));
  const total = builder.add('add', [near, builder.add('mul', [valley, builder.scalar(100)])]);
  return builder.add('neg', [sumOf(builder, total)]);
}
