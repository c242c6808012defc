import { check, describeAnotherBatch, int64 } from '../importing.ts';

describe('importers of reductions', () => {
  it('ReduceSum before 13, ReduceMean and ReduceL2 before 18: axes as an attribute', async () => {
    await check({ type: 'ReduceSum', opset: 11, attributes: { axes: [-1], keepdims: 0 }, x: [2, 2] }, [2], [3, 7]);
    await check({ type: 'ReduceMean', opset: 17, attributes: { axes: [0] }, x: [2, 2] }, [1, 2], [2, 3]);
    await check({ type: 'ReduceMean', opset: 18, constants: [int64(0)], x: [2, 2] }, [1, 2], [2, 3]);
    await check({ type: 'ReduceMean', opset: 18, x: [2, 2] }, [1, 1], [2.5]);
    await check({ type: 'ReduceMean', opset: 18, attributes: { noop_with_empty_axes: 1 }, x: [2] }, [2], [1, 2]);
    await check(
      { type: 'ReduceL2', opset: 13, attributes: { axes: [1], keepdims: 0 }, x: [2, 2] },
      [2],
      [Math.sqrt(5), 5],
    );
  });

  describeAnotherBatch({
    GlobalAveragePool: { type: 'GlobalAveragePool', x: [1, 2, 3, 1] },
  });
});
