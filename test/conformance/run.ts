import type { Backend } from '../../src/engine/backend.ts';
import { UnsupportedOpError } from '../../src/errors.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { loadOps } from '../../src/ops/registry.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { OnnxModel } from '../../src/onnx/model.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { tensor, type DType, type Tensor } from '../../src/tensor/tensor.ts';
import { relativeError } from '../support/numbers.ts';

/** One of ONNX's own node tests on this backend. */
export interface Outcome {
  readonly name: string;
  readonly result: 'passed' | 'refused' | 'failed';
  /** Why it was refused, or what is wrong. */
  readonly note: string;
}

type At = readonly [offset: number, bytes: number];

/** An entry of the fixtures (scripts/make-onnx-fixtures.py). */
interface Vector {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly at: At;
  /** The numbers were computed in half floats. */
  readonly half?: boolean;
  /** The numbers have so many decimals and are right to one unit of the last. */
  readonly decimals?: number;
}

interface TestCase {
  readonly name: string;
  readonly model: At;
  readonly sets: readonly { readonly inputs: readonly Vector[]; readonly outputs: readonly Vector[] }[];
}

const FIXTURES = '/test/fixtures/onnx-node';

/** Relative errors ‖a − b‖/‖b‖ allowed to float32 arithmetic, and where the expected numbers are rounded to half floats. */
const TOLERANCE = 1e-5;
const HALF_TOLERANCE = 1e-3;

/** Runs all tests whose name contains `filter`, each on `backend` and on the float64 reference. */
export async function runConformance(
  backend: Backend,
  filter = '',
  report: (outcome: Outcome) => void = () => undefined,
): Promise<readonly Outcome[]> {
  const index = (await (await fetch(`${FIXTURES}/index.json`)).json()) as { tests: readonly TestCase[] };
  const data = await (await fetch(`${FIXTURES}/data.bin`)).arrayBuffer();
  const outcomes: Outcome[] = [];
  for (const test of index.tests) {
    if (!test.name.includes(filter)) continue;
    const outcome = { name: test.name, ...(await outcomeOf(test, data, backend)) };
    outcomes.push(outcome);
    report(outcome);
  }
  return outcomes;
}

async function outcomeOf(
  { model, sets }: TestCase,
  data: ArrayBuffer,
  backend: Backend,
): Promise<Omit<Outcome, 'name'>> {
  try {
    const notes = new Set<string>();
    for (const { inputs, outputs } of sets) {
      const { graph, note } = await importWith(new Uint8Array(data, ...model), inputs, data);
      notes.add(note);
      const feeds = Object.fromEntries(
        inputs.filter(({ name }) => graph.inputs.includes(name)).map((input) => [input.name, numbers(input, data)]),
      );
      await loadOps();
      compare(evaluate(graph, feeds), graph, outputs, data, 'float64');
      const executable = await backend.compile(graph);
      try {
        compare(await executable.run(feeds), graph, outputs, data, backend.adapter.backend);
      } finally {
        executable.dispose();
      }
    }
    return { result: 'passed', note: [...notes].join() };
  } catch (error) {
    if (!(error instanceof UnsupportedOpError)) return { result: 'failed', note: String(error) };
    return { result: 'refused', note: error.nodes.map(({ reason }) => reason).join('; ') };
  }
}

/** Integers and empty tensors never vary between runs. */
function cannotVary({ dtype, shape }: Vector): boolean {
  return !['float32', 'float64'].includes(dtype) || sizeOf(shape) === 0;
}

/** Which inputs are constants, from as few as possible to all. */
const ATTEMPTS: readonly { readonly note: string; readonly constant: (input: Vector, index: number) => boolean }[] = [
  { note: '', constant: cannotVary },
  // Parameters, as in the files of trained networks.
  { note: 'with constant parameters', constant: (input, index) => index > 0 || cannotVary(input) },
  // Operations that are only met on shapes.
  { note: 'on constants', constant: () => true },
];

/** Imports a test's model with as few constant inputs as the operation lets. Throws the refusal where it never does. */
async function importWith(
  bytes: Uint8Array,
  inputs: readonly Vector[],
  data: ArrayBuffer,
): Promise<{ graph: Graph; note: string }> {
  const model = withAllOutputs(await readOnnx(bytes));
  const shapes = Object.fromEntries(inputs.map(({ name, shape }) => [name, shape]));
  let refusal: unknown;
  for (const { note, constant } of ATTEMPTS) {
    const constants = Object.fromEntries(inputs.filter(constant).map((input) => [input.name, numbers(input, data)]));
    try {
      return { graph: await importOnnx(model, { shapes, constants }), note };
    } catch (error) {
      if (!(error instanceof UnsupportedOpError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Importing leaves out masks and indices beside outputs that are floats; here they are compared too. */
function withAllOutputs({ graph, ...model }: OnnxModel): OnnxModel {
  const outputs = graph.outputs.map((output) => ({ ...output, elementType: 'float' }));
  return { ...model, graph: { ...graph, outputs } };
}

function compare(
  results: Readonly<Record<string, Tensor>>,
  graph: Graph,
  outputs: readonly Vector[],
  data: ArrayBuffer,
  by: string,
): void {
  for (const [i, output] of outputs.entries()) {
    const got = results[graph.outputs[i]!]!;
    const expected = numbers(output, data);
    const where = `${by}, output "${output.name}"`;
    if (!sameShape(got.shape, expected.shape)) {
      throw new Error(`${where}: shape ${formatShape(got.shape)}, expected ${formatShape(expected.shape)}`);
    }
    if (!agree(got, expected, output)) throw new Error(`${where}: ${shown(got)}, expected ${shown(expected)}`);
  }
}

function agree(got: Tensor, expected: Tensor, { dtype, half, decimals }: Vector): boolean {
  const [a, b] = [finite(got), finite(expected)];
  if (a.special !== b.special) return false;
  if (decimals !== undefined) return a.values.every((v, i) => Math.abs(v - b.values[i]!) <= 10 ** -decimals);
  const isFloat = dtype === 'float32' || dtype === 'float64';
  return relativeError(a.values, b.values) <= (!isFloat ? 0 : half ? HALF_TOLERANCE : TOLERANCE);
}

/** Infinities and NaN must be in the same places; the rest is compared as a whole. */
function finite({ data }: Tensor): { values: number[]; special: string } {
  const values = Array.from(data, (v) => (Number.isFinite(v) ? v : 0));
  return {
    values,
    special: [...data].flatMap((v, i) => (Number.isFinite(v) ? [] : [`${String(i)}:${String(v)}`])).join(),
  };
}

function shown({ data }: Tensor): string {
  return `[${[...data.slice(0, 6)].join(', ')}${data.length > 6 ? ', …' : ''}]`;
}

function numbers({ dtype, shape, at: [offset, bytes] }: Vector, data: ArrayBuffer): Tensor {
  const content = data.slice(offset, offset + bytes);
  const arrays = {
    float32: Float32Array,
    float64: Float64Array,
    int32: Int32Array,
    int64: Float64Array,
    uint32: Uint32Array,
    uint8: Uint8Array,
    bool: Uint8Array,
  };
  return tensor(dtype, shape, new arrays[dtype](content));
}
