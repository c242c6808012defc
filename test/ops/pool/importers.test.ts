import { expect } from 'chai';
import { withInputShapes } from '../../../src/graph/batch.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import { check, describeGradients, modelOf, outputsOf, refused } from '../importing.ts';

describe('importers of pooling', () => {
  it('refuses volumes by name', async () => {
    await refused({ type: 'MaxPool', attributes: { kernel_shape: [2, 2, 2] }, x: [1, 1, 3, 3, 3] }, '3 spatial axes');
    await refused({ type: 'GlobalMaxPool', x: [1, 1, 3, 3, 3] }, 'rank 5');
  });

  it('AveragePool of volumes: depth first, then the plane', async () => {
    const attributes = { kernel_shape: [2, 2, 1], pads: [1, 0, 0, 0, 0, 0] };
    await check({ type: 'AveragePool', attributes, x: [1, 1, 2, 2, 2] }, [1, 1, 2, 1, 2], [2, 3, 4, 5]);
    const padded = { ...attributes, count_include_pad: 1 };
    await check({ type: 'AveragePool', attributes: padded, x: [1, 1, 2, 2, 2] }, [1, 1, 2, 1, 2], [1, 1.5, 4, 5]);
  });

  it('AveragePool over channels, as PyTorch exports local response normalisation, is one pool', async () => {
    const attributes = { kernel_shape: [3, 1, 1], strides: [1, 1, 1], pads: [1, 0, 0, 1, 0, 0], count_include_pad: 1 };
    const spec = { type: 'AveragePool', attributes, x: [1, 1, 4, 1, 2] };
    await check(spec, [1, 1, 4, 1, 2], [4 / 3, 2, 3, 4, 5, 6, 4, 14 / 3]);
    const graph = await importOnnx(modelOf(spec));
    expect(graph.nodes.filter(({ op }) => op === 'average-pool').length).to.equal(1);
  });

  describeGradients({
    'AveragePool of volumes': {
      type: 'AveragePool',
      attributes: { kernel_shape: [2, 3, 2], strides: [2, 1, 2], pads: [1, 1, 0, 0, 1, 1] },
      x: [2, 2, 4, 5, 6],
    },
  });

  it('MaxPool: indices count through the whole tensor; one spatial axis; ceil mode', async () => {
    const attributes = { kernel_shape: [1, 2], strides: [1, 2] };
    expect(await outputsOf({ type: 'MaxPool', attributes, x: [2, 1, 1, 4], outputs: 2 })).to.deep.equal([
      [
        [2, 1, 1, 2],
        [2, 4, 6, 8],
      ],
      [
        [2, 1, 1, 2],
        [1, 3, 5, 7],
      ],
    ]);
    const row = { kernel_shape: [3], strides: [2] };
    await check({ type: 'MaxPool', attributes: row, x: [1, 1, 4] }, [1, 1, 1], [3]);
    await check({ type: 'MaxPool', attributes: { ...row, ceil_mode: 1 }, x: [1, 1, 4] }, [1, 1, 2], [3, 4]);
    await refused(
      { type: 'MaxPool', attributes: { ...attributes, storage_order: 1 }, x: [2, 1, 1, 4], outputs: 2 },
      'column-major',
    );
  });

  it('GlobalMaxPool: one and two spatial axes, and another size later', async () => {
    await check({ type: 'GlobalMaxPool', x: [1, 2, 3] }, [1, 2, 1], [3, 6]);
    await check({ type: 'GlobalMaxPool', x: [1, 2, 2, 2] }, [1, 2, 1, 1], [4, 8]);
    const graph = await importOnnx(modelOf({ type: 'GlobalMaxPool', x: [1, 2, 2, 2] }));
    const larger = withInputShapes(graph, { x: [3, 2, 5, 6] });
    expect(larger.values.get(larger.outputs[0]!)!.shape).to.deep.equal([3, 2, 1, 1]);
  });

  it('AveragePool: the padding counts only when asked', async () => {
    const attributes = { kernel_shape: [2], pads: [1, 0], strides: [2] };
    await check({ type: 'AveragePool', attributes, x: [1, 1, 3] }, [1, 1, 2], [1, 2.5]);
    await check(
      { type: 'AveragePool', attributes: { ...attributes, count_include_pad: 1 }, x: [1, 1, 3] },
      [1, 1, 2],
      [0.5, 2.5],
    );
  });
});
