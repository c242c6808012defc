// ONNX's own node tests are all in the newest form of each operator (see test/conformance). In importers.test.ts of each
// family are the forms that older files have, what only differs by attribute, and what keeps a graph fit for another batch.
import { expect } from 'chai';
import '../support/ops.ts';
import { UnsupportedOpError } from '../../src/errors.ts';
import { withInputShapes } from '../../src/graph/batch.ts';
import { differentiate } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { OnnxAttribute, OnnxModel, OnnxTensor } from '../../src/onnx/model.ts';
import { expectRejection } from '../rejection.ts';
import { sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { float32, tensor, type Tensor } from '../../src/tensor/tensor.ts';
import { openBackend } from '../support/backends.ts';
import { dot, norm, relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

/** Numbers are `int`s when whole; lists of them `ints`. */
type Plain = number | string | readonly number[] | OnnxAttribute;

export interface Spec {
  /** `domain:name` where it is none of ONNX's own. */
  readonly type: string;
  readonly opset?: number;
  readonly attributes?: Readonly<Record<string, Plain>>;
  /** The first input varies between runs: 1, 2, 3, … in this shape. */
  readonly x?: Shape;
  /** More inputs that vary, after the first: `x1`, `x2`… */
  readonly others?: readonly Shape[];
  /** The others are constants. */
  readonly constants?: readonly (Tensor | null)[];
  readonly outputs?: number;
}

export const int64 = (...values: number[]): Tensor => tensor('int64', [values.length], values);
export const float = (value: number): OnnxAttribute => ({ type: 'float', value });

function attributeOf(value: Plain): OnnxAttribute {
  if (typeof value === 'number') return { type: 'int', value };
  if (typeof value === 'string') return { type: 'string', value };
  return 'type' in value ? value : { type: 'ints', value };
}

export function fileTensor(name: string, value: Tensor): OnnxTensor {
  return { name, elementType: value.dtype === 'float32' ? 'float' : value.dtype, shape: value.shape, tensor: value };
}

export function modelOf({
  type: operator,
  opset = 17,
  attributes = {},
  x,
  others = [],
  constants = [],
  outputs = 1,
}: Spec): OnnxModel {
  const [type, domain = ''] = operator.split(':').reverse() as [string, string?];
  const varying = [...(x ? [x] : []), ...others].map((shape, i) => ({
    name: i === 0 ? 'x' : `x${String(i)}`,
    elementType: 'float',
    shape,
  }));
  const given = constants.flatMap((value, i) => (value ? [fileTensor(`c${String(i)}`, value)] : []));
  const names = Array.from({ length: outputs }, (_, i) => `y${String(i)}`);
  const node = {
    type,
    domain,
    name: 'node',
    inputs: [...varying.map(({ name }) => name), ...constants.map((value, i) => (value ? `c${String(i)}` : ''))],
    outputs: names,
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
  };
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([['', opset]]),
    functions: [],
    graph: {
      name: 'net',
      nodes: [node],
      initializers: new Map(given.map((value) => [value.name, value])),
      inputs: varying,
      outputs: names.map((name) => ({ name, elementType: 'float', shape: undefined })),
    },
  };
}

/** 1, 2, 3, … */
export function counting(shape: Shape): Tensor {
  return float32(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
  );
}

/** All outputs as shape and numbers. */
export async function outputsOf(spec: Spec): Promise<[Shape, number[]][]> {
  const graph = await importOnnx(modelOf(spec));
  const results = evaluate(graph, graph.inputs.includes('x') ? { x: counting(spec.x!) } : {});
  return graph.outputs.map((name) => [results[name]!.shape, [...results[name]!.data]]);
}

export async function check(spec: Spec, shape: Shape, numbers: readonly number[]): Promise<void> {
  const [[gotShape, got]] = (await outputsOf(spec)) as [[Shape, number[]]];
  expect(gotShape).to.deep.equal(shape);
  expect(got.length).to.equal(numbers.length);
  for (const [i, value] of numbers.entries()) expect(got[i]).to.be.closeTo(value, 1e-6);
}

export async function refused(spec: Spec, reason: string): Promise<void> {
  await expectRejection(UnsupportedOpError, reason, () => importOnnx(modelOf(spec)));
}

/** Tests that each of these networks, read for one picture, gives two of them what it gives one alone. */
export function describeAnotherBatch(specs: Readonly<Record<string, Spec>>): void {
  describe('another batch', () => {
    for (const [label, spec] of Object.entries(specs)) {
      it(`${label} gives each picture what it gives alone`, async () => {
        const graph = await importOnnx(modelOf(spec));
        const output = graph.outputs[0]!;
        const alone = [...evaluate(graph, { x: counting(spec.x!) })[output]!.data];
        const pair = withInputShapes(graph, { x: [2, ...spec.x!.slice(1)] });
        const numbers = [...counting(spec.x!).data];
        const both = evaluate(pair, { x: float32([2, ...spec.x!.slice(1)], [...numbers, ...numbers]) });
        expect([...both[pair.outputs[0]!]!.data]).to.deep.equal([...alone, ...alone]);
      });
    }
  });
}

/**
 * Tests in float64 that the gradient of each of these is that of central differences, at numbers drawn from a seed, and that this
 * backend gives the same outputs and gradients in float32 (relative error at most 1e-5).
 */
export function describeGradients(specs: Readonly<Record<string, Spec>>): void {
  describe('gradients', () => {
    for (const [label, spec] of Object.entries(specs)) {
      it(`${label} has that of its differences`, async () => {
        const graph = await importOnnx(modelOf(spec));
        const of = graph.outputs[0]!;
        const random = new Random(label.length);
        const [x, v, u] = [spec.x!, spec.x!, graph.values.get(of)!.shape].map((shape) => random.tensor(shape));
        const { graph: both, seed, gradients } = differentiate(graph, { of, wrt: ['x'] });
        const way = prune(both, [...graph.outputs, gradients.get('x')!]);
        const feeds = { x: x!, [seed]: u! };
        const expected = evaluate(way, feeds);
        const at = (step: number): ArrayLike<number> =>
          evaluate(graph, {
            x: tensor(
              'float64',
              spec.x!,
              Array.from(x!.data, (value, i) => value + step * v!.data[i]!),
            ),
          })[of]!.data;
        const [ahead, behind] = [at(1e-5), at(-1e-5)];
        const change = Array.from(ahead, (value, i) => (value - behind[i]!) / 2e-5);
        const gradient = expected[way.outputs.at(-1)!]!.data;
        expect(norm(gradient)).to.be.above(0);
        const scale = norm(u!.data) * norm(change) + norm(gradient) * norm(v!.data);
        expect(Math.abs(dot(u!.data, change) - dot(gradient, v!.data)) / scale).to.be.at.most(1e-7);
        await expectOnBackend(way, feeds, expected);
      });
    }
  });
}

/** Checks that the backend under test gives these numbers. */
export async function expectOnBackend(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
): Promise<void> {
  const backend = await openBackend({ poison: true });
  try {
    const results = await (await backend.compile(graph)).run(feeds);
    for (const name of graph.outputs)
      expect(relativeError(results[name]!.data, expected[name]!.data), name).to.be.at.most(1e-5);
  } finally {
    backend.dispose();
  }
}
