// Without test/support/ops.ts: here only the core operations are loaded.
import { expect } from 'chai';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { CORE_OPERATORS, coreOps } from '../../src/ops/core.ts';
import { loadedOps, loadOps, opOf } from '../../src/ops/table.ts';
import { onnxFile, type FileNode } from '../onnx/file.ts';

/** Each operator of the core. */
const NODES: readonly FileNode[] = [
  { type: 'Cast', inputs: ['w'], outputs: ['w32'], attributes: { to: 1 } },
  { type: 'Conv', inputs: ['x', 'w32', 'b'], outputs: ['conv'], attributes: { pads: [1, 1, 1, 1] } },
  { type: 'Relu', inputs: ['conv'], outputs: ['relu'] },
  { type: 'MaxPool', inputs: ['relu'], outputs: ['pool'], attributes: { kernel_shape: [3, 3], strides: [2, 2] } },
  { type: 'Identity', inputs: ['pool'], outputs: ['same'] },
  { type: 'Dropout', inputs: ['same'], outputs: ['dropout'] },
  { type: 'Concat', inputs: ['dropout', 'pool'], outputs: ['concat'], attributes: { axis: 1 } },
  { type: 'Add', inputs: ['concat', 'concat'], outputs: ['sum'] },
  { type: 'GlobalAveragePool', inputs: ['sum'], outputs: ['mean'] },
  { type: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
  { type: 'Constant', inputs: [], outputs: ['shape'], attributes: { value_ints: [1, 4] } },
  { type: 'Reshape', inputs: ['flat', 'shape'], outputs: ['y'] },
];

describe('core operations', () => {
  it('are enough for files of core operators, forwards and backwards', async () => {
    expect(new Set(NODES.map(({ type }) => type))).to.deep.equal(CORE_OPERATORS);
    const bytes = onnxFile({
      nodes: NODES,
      opset: 17,
      inputs: [{ name: 'x', dims: [1, 1, 7, 7] }],
      initializers: [
        { name: 'w', dims: [2, 1, 3, 3], values: Array.from({ length: 18 }, (_, i) => i / 9 - 1) },
        { name: 'b', dims: [2], values: [0.1, -0.1] },
      ],
      outputs: [{ name: 'y' }],
    });
    const graph = await importOnnx(bytes);
    for (const rules of Object.values(RULES)) {
      const { gradients } = differentiate(graph, { of: 'y', wrt: ['x'], rules });
      expect(gradients.size).to.equal(1);
    }
    expect(loadedOps()).to.deep.equal(coreOps);
  });

  it('are joined by the others when these are asked for', async () => {
    expect(() => opOf('tanh')).to.throw('Await `loadOps()` first');
    await loadOps(['Conv', 'Tanh']);
    expect(opOf('tanh').type).to.equal('tanh');
  });
});
