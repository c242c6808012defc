import { expect } from 'chai';
import '../support/ops.ts';
import { plan } from '../../src/engine/plan.ts';
import { UnpoolError } from '../../src/errors.ts';
import { differentiate, flowsBack } from '../../src/graph/differentiate.ts';
import { fold } from '../../src/graph/fold.ts';
import { fuse } from '../../src/graph/fuse.ts';
import { contextOf } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import type { OnnxAttribute, OnnxModel, OnnxModelNode } from '../../src/onnx/model.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { importedOperators, opOf } from '../../src/ops/registry.ts';
import { formatShape, sizeOf, type Shape } from '../../src/tensor/shape.ts';
import { tensor, type DType, type Tensor } from '../../src/tensor/tensor.ts';

/** What the operator is called in every case: errors must name it. */
const NAME = 'the culprit';

/** A network of one node: the model, and the numbers of its inputs. */
interface Base {
  readonly model: OnnxModel;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Bases of each operator that are tried, of ONNX's own node tests. */
const MOST_BASES = 2;

async function bases(): Promise<Map<string, Base[]>> {
  const folder = '/test/fixtures/onnx-node';
  const { tests } = (await (await fetch(`${folder}/index.json`)).json()) as { tests: readonly NodeTest[] };
  const data = await (await fetch(`${folder}/data.bin`)).arrayBuffer();
  const found = new Map<string, Base[]>();
  for (const { model: at, sets } of tests) {
    const model = await readOnnx(new Uint8Array(data, ...at));
    const [node, ...others] = model.graph.nodes;
    const list = found.get(node?.type ?? '') ?? [];
    if (!node || others.length > 0 || list.length === MOST_BASES) continue;
    const inputs = (sets[0]?.inputs ?? []).map((input) => [input.name, numbers(input, data)] as const);
    list.push({ model: withNode(model, { ...node, name: NAME }), inputs: Object.fromEntries(inputs) });
    found.set(node.type, list);
  }
  // Of others an operator of one input tells enough: they all are given more inputs below.
  for (const type of importedOperators()) {
    const plain = found.get('Relu')![0]!;
    if (!found.has(type)) found.set(type, [{ ...plain, model: withNode(plain.model, { ...only(plain.model), type }) }]);
  }
  return found;
}

interface NodeTest {
  readonly model: readonly [number, number];
  readonly sets: readonly { readonly inputs: readonly Vector[] }[];
}

interface Vector {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly at: readonly [number, number];
}

function numbers({ dtype, shape, at: [offset, bytes] }: Vector, data: ArrayBuffer): Tensor {
  const content = data.slice(offset, offset + bytes);
  const { data: like } = tensor(dtype, [0], []);
  return { dtype, shape, data: new (like.constructor as Float32ArrayConstructor)(content) };
}

function only({ graph }: OnnxModel): OnnxModelNode {
  return graph.nodes[0]!;
}

function withNode(model: OnnxModel, node: OnnxModelNode): OnnxModel {
  return { ...model, graph: { ...model.graph, nodes: [node] } };
}

/** Names of the attributes that an importer asks for. */
async function attributesOf(base: Base): Promise<readonly string[]> {
  const asked = new Set<string>();
  class Listening extends Map<string, OnnxAttribute> {
    override get(name: string): OnnxAttribute | undefined {
      asked.add(name);
      return super.get(name);
    }
  }
  const node = only(base.model);
  await wrongWith({ ...base, model: withNode(base.model, { ...node, attributes: new Listening(node.attributes) }) });
  return [...asked];
}

const NUMBERS = [0, -1, 1, 2, 3, 1e9, -1e9, 2 ** 31, 2 ** 53, -(2 ** 53)];

const ABSURD: readonly (OnnxAttribute | undefined)[] = [
  undefined,
  { type: 'other' },
  ...NUMBERS.map((value) => ({ type: 'int', value }) as const),
  ...[NaN, Infinity, -Infinity, 0, -1, 1e30].map((value) => ({ type: 'float', value }) as const),
  ...['', 'constructor', 'SAME_UPPER', 'VALID'].map((value) => ({ type: 'string', value }) as const),
  { type: 'ints', value: [] },
  ...NUMBERS.map((value) => ({ type: 'ints', value: [value] }) as const),
  ...NUMBERS.map((value) => ({ type: 'ints', value: [value, value] }) as const),
  ...NUMBERS.map((value) => ({ type: 'ints', value: [value, 0, 1, value] }) as const),
  { type: 'ints', value: new Array<number>(100_000).fill(1) },
  { type: 'floats', value: [] },
  { type: 'floats', value: [NaN, 1e30] },
  { type: 'strings', value: ['a'] },
  { type: 'tensor', value: { name: '', elementType: 'string', shape: [], tensor: undefined } },
  { type: 'tensor', value: { name: '', elementType: 'float', shape: [0], tensor: tensor('float32', [0], []) } },
];

/** Tensors in the place of an input. */
const STRANGERS: readonly Tensor[] = [
  tensor('float32', [], [NaN]),
  tensor('float32', [0], []),
  tensor('float32', [2], [0.5, -1e30]),
  tensor(
    'float32',
    [1, 2, 3, 4],
    Array.from({ length: 24 }, (_, i) => i - 5),
  ),
  tensor('float32', [2, 1, 1, 1, 1, 1, 1, 1, 1], [1, 2]),
  tensor('float32', [1, 0, 4, 4], []),
  tensor('int64', [], [2 ** 53]),
  tensor('int64', [1], [-1]),
  tensor('int64', [2], [1e9, 1e9]),
  tensor('int64', [4], [0, -1, 2 ** 53, -(2 ** 53)]),
  tensor('bool', [3], [0, 1, 1]),
];

/** What is wrong with what comes of a network; undefined where it is an error in words, or a graph without contradictions. */
async function wrongWith({ model, inputs }: Base): Promise<string | undefined> {
  const varying = Object.entries(inputs).find(([, { dtype, shape }]) => dtype === 'float32' && sizeOf(shape) > 0)?.[0];
  const wrong: string[] = [];
  // As in a network, where parameters are constants; then as in the computation of a shape.
  for (const all of [false, true]) {
    const constants = Object.fromEntries(Object.entries(inputs).filter(([name]) => all || name !== varying));
    const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
    try {
      consistent(await importOnnx(model, { constants, shapes }));
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== undefined) wrong.push(fault);
    }
  }
  return wrong[0];
}

/** `named`: it is to say which node it is about, as those behind it need not. */
function faultOf(error: unknown, named = true): string | undefined {
  if (!(error instanceof UnpoolError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const behind = error.details.cause === undefined ? undefined : faultOf(error.details.cause, false);
  if (behind !== undefined || !named) return behind;
  const { message } = error;
  return message.includes(NAME) || /input|output|no gradient flows/.test(message)
    ? undefined
    : `it names no node: ${message}`;
}

/** Throws unless every shape is what its node makes, forwards and backwards, and each launch is one that can be. */
function consistent(imported: Graph): void {
  const graph = fold(imported);
  const [input, output] = [graph.inputs[0], graph.outputs[0]!];
  const back =
    input !== undefined && flowsBack(graph, output, [input])
      ? differentiate(graph, { of: output, wrt: [input] }).graph
      : graph;
  for (const node of back.nodes) {
    const context = contextOf(node, back.values);
    const shapes = opOf(node.op)
      .infer(context)
      .map(({ shape }) => formatShape(shape));
    for (const [i, { shape }] of context.outputs.entries()) expect(formatShape(shape)).to.equal(shapes[i]);
  }
  for (const { launch } of plan(fuse(back)).launches) {
    const { threads, params, shader } = launch;
    const all = [...threads, ...Object.values(params).flat()];
    expect(threads.every((n) => n > 0) && !all.some(Number.isNaN), `${shader} ${JSON.stringify(launch)}`).to.equal(
      true,
    );
  }
}

describe('importOnnx: absurd values', () => {
  let all: Map<string, Base[]>;

  before(async () => {
    all = await bases();
  });

  async function expectNothingWrong(variants: (base: Base) => AsyncIterable<readonly [string, Base]>): Promise<void> {
    const wrong: string[] = [];
    let count = 0;
    for (const [type, list] of all) {
      for (const base of list) {
        for await (const [label, variant] of variants(base)) {
          count++;
          const fault = await wrongWith(variant);
          if (fault !== undefined) wrong.push(`${type}, ${label}: ${fault}`);
        }
      }
    }
    expect(count).to.be.greaterThan(1000);
    expect(wrong, wrong.slice(0, 20).join('\n')).to.have.length(0);
  }

  it('of every attribute that is asked for are an error with the node, or a graph that holds together', async () => {
    await expectNothingWrong(async function* (base) {
      const node = only(base.model);
      for (const name of await attributesOf(base)) {
        for (const value of ABSURD) {
          const attributes = new Map(node.attributes);
          if (value) attributes.set(name, value);
          else attributes.delete(name);
          const shown = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
          yield [`${name} ${shown}`, { ...base, model: withNode(base.model, { ...node, attributes }) }];
        }
      }
    });
  });

  it('of inputs, too few, too many, other shapes and types, are too', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- as the other
    await expectNothingWrong(async function* (base) {
      const node = only(base.model);
      const { inputs, outputs } = node;
      const lists: (readonly string[])[] = [
        [],
        inputs.slice(0, -1),
        inputs.slice(1),
        [...inputs, inputs[0] ?? ''],
        [...inputs, '', inputs[0] ?? ''],
        inputs.toReversed(),
        inputs.map((input, i) => (i === 0 ? '' : input)),
        inputs.map((input, i) => (i === 1 ? '' : input)),
        inputs.map(() => inputs[0]!),
      ];
      for (const list of lists) {
        yield [`inputs [${list.join()}]`, { ...base, model: withNode(base.model, { ...node, inputs: list }) }];
      }
      for (const list of [[], [''], ['', ...outputs], [...outputs, 'more', 'and more']]) {
        yield [`outputs [${list.join()}]`, { ...base, model: withNode(base.model, { ...node, outputs: list }) }];
      }
      for (const opset of [1, 6, 9, 12, 13, 18, 23]) {
        yield [`opset ${String(opset)}`, { ...base, model: { ...base.model, opsets: new Map([['', opset]]) } }];
      }
      for (const name of Object.keys(base.inputs)) {
        for (const stranger of STRANGERS) {
          const graph = {
            ...base.model.graph,
            inputs: base.model.graph.inputs.map((value) =>
              value.name === name ? { ...value, shape: undefined } : value,
            ),
          };
          const changed = { model: { ...base.model, graph }, inputs: { ...base.inputs, [name]: stranger } };
          yield [`${name} = ${stranger.dtype} ${formatShape(stranger.shape)}`, changed];
        }
      }
    });
  });
});
