// Without test/support/ops.ts: here only the operations are loaded that a file needs.
import { expect } from 'chai';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import type { Op } from '../../src/ir/op.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { BASE_OPERATORS, baseImporters, baseOps } from '../../src/ops/base.ts';
import type { Family } from '../../src/ops/family.ts';
import { loadLaunches } from '../../src/ops/launches.ts';
import { FAMILIES, importerOf, loadedOps, loadOps, opOf, registerOps } from '../../src/ops/registry.ts';
import { onnxFile, type FileNode } from '../onnx/file.ts';

/** A network of the simplest kind, whose weights are given as they are used. */
const NODES: readonly FileNode[] = [
  { type: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['conv'], attributes: { pads: [1, 1, 1, 1] } },
  { type: 'Relu', inputs: ['conv'], outputs: ['relu'] },
  { type: 'MaxPool', inputs: ['relu'], outputs: ['pool'], attributes: { kernel_shape: [3, 3], strides: [2, 2] } },
  { type: 'Dropout', inputs: ['pool'], outputs: ['dropout'] },
  { type: 'Concat', inputs: ['dropout', 'pool'], outputs: ['concat'], attributes: { axis: 1 } },
  { type: 'GlobalAveragePool', inputs: ['concat'], outputs: ['mean'] },
  { type: 'Flatten', inputs: ['mean'], outputs: ['y'] },
];

const file = (nodes: readonly FileNode[]): Uint8Array =>
  onnxFile({
    nodes,
    opset: 17,
    inputs: [{ name: 'x', dims: [1, 1, 7, 7] }],
    initializers: [
      { name: 'w', dims: [2, 1, 3, 3], values: Array.from({ length: 18 }, (_, i) => i / 9 - 1) },
      { name: 'b', dims: [2], values: [0.1, -0.1] },
    ],
    outputs: [{ name: 'y' }],
  });

const typesOf = (ops: readonly Op[]): Set<string> => new Set(ops.map(({ type }) => type));

/** ONNX operators. */
const readBy = ({ ops, importers = {} }: Family): string[] => [
  ...Object.keys(importers),
  ...ops.flatMap(({ onnx = {} }) => Object.keys(onnx)),
];

describe('families of operations', () => {
  it('are fetched where a network needs them, with what its backward passes need', async () => {
    const graph = await importOnnx(file(NODES));
    for (const rules of Object.values(RULES)) {
      const { gradients } = differentiate(graph, { of: 'y', wrt: ['x'], rules });
      expect(gradients.size).to.equal(1);
    }
    expect(typesOf(loadedOps())).to.deep.equal(typesOf(baseOps));
    for (const part of ['evaluate', 'launches'] as const) expect(opOf('conv2d')[part], part).to.equal(undefined);
  });

  it('come with their references where a file computes with constants', async () => {
    const [conv, ...rest] = NODES;
    const twice: FileNode = { type: 'Add', inputs: ['b', 'b'], outputs: ['bias'] };
    const graph = await importOnnx(file([twice, { ...conv!, inputs: ['x', 'w', 'bias'] }, ...rest]));
    expect([...graph.constants.get('bias')!.data]).to.deep.equal([...Float32Array.of(0.2, -0.2)]);
    expect(opOf('conv2d').evaluate).to.be.a('function');
  });

  it('are joined by others when these are asked for', async () => {
    expect(() => opOf('lrn')).to.throw('Await `loadOps()` first');
    await loadOps(['Conv', 'LRN']);
    expect(opOf('lrn').type).to.equal('lrn');
    expect(() => opOf('gemm')).to.throw('Await `loadOps()` first');
  });

  it('are looked for among rare ones where no other reads them, those of other domains too', async () => {
    expect(importerOf('Einsum')).to.equal(undefined);
    await loadOps(['Relu', 'Sin', 'com.microsoft:FusedConv']);
    expect(importerOf('com.microsoft:FusedConv')).to.be.a('function');
    expect(importerOf('Einsum')).to.be.a('function');
    expect(importerOf('FusedConv')).to.equal(undefined);
  });

  it('come with their launches where a graph is compiled for WebGPU', async () => {
    await loadLaunches(['conv2d', 'lrn']);
    for (const type of ['conv2d', 'lrn', 'lrn-grad', 'softmax']) expect(opOf(type).launches, type).to.be.a('function');
    expect(opOf('conv2d').variants).to.be.a('function');
    expect(opOf('conv2d-input-grad').evaluate, 'what it had already').to.be.a('function');
  });

  it('leave what somebody has registered as it is', async () => {
    const gemm = { ...opOf('add'), type: 'gemm', onnx: { MatMul: () => ['mine'] } };
    registerOps([gemm]);
    await loadOps(['Gemm']);
    expect(opOf('gemm')).to.equal(gemm);
    expect(importerOf('MatMul')).to.equal(gemm.onnx.MatMul);
    expect(importerOf('Gemm')).to.be.a('function');
    await loadOps();
    await loadLaunches(['gemm', 'matmul']);
    expect(opOf('matmul').launches).to.be.a('function');
    expect(opOf('gemm')).to.equal(gemm);
  });

  it('read the operators that their list says', async () => {
    for (const [name, { load, operators = '' }] of Object.entries(FAMILIES)) {
      // Operators that no family lists are looked for here.
      if (['functions', 'arrange', 'lppool', 'more', 'quantised'].includes(name)) continue;
      const read = readBy((await load()).family).filter((operator) => !BASE_OPERATORS.has(operator));
      expect(new Set(operators.split(/\s+/).filter(Boolean)), name).to.deep.equal(new Set(read));
    }
    expect(readBy({ ops: baseOps, importers: baseImporters })).to.include.members([...BASE_OPERATORS]);
  });
});
