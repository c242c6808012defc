import { check, describeAnotherBatch, describeGradients, float, refused } from '../importing.ts';

describe('importers of norms under windows', () => {
  it('LpPool: of opset 1 and later, along one axis, hanging over the end', async () => {
    const attributes = { kernel_shape: [1, 2], strides: [1, 2] };
    await check({ type: 'LpPool', attributes, x: [1, 1, 1, 4] }, [1, 1, 1, 2], [Math.sqrt(5), 5]);
    await check(
      { type: 'LpPool', opset: 1, attributes: { ...attributes, p: float(1.5) }, x: [1, 1, 1, 2] },
      [1, 1, 1, 1],
      [(1 + 2 ** 1.5) ** (1 / 1.5)],
    );
    const row = { kernel_shape: [2], strides: [2], p: 1, ceil_mode: 1 };
    await check({ type: 'LpPool', opset: 18, attributes: row, x: [1, 1, 3] }, [1, 1, 2], [3, 3]);
    await refused({ type: 'LpPool', attributes: { ...attributes, p: 0 }, x: [1, 1, 1, 4] }, 'p = 0');
  });

  it('GlobalLpPool', async () => {
    await check({ type: 'GlobalLpPool', x: [1, 2, 1, 2] }, [1, 2, 1, 1], [Math.sqrt(5), 5]);
    await check({ type: 'GlobalLpPool', attributes: { p: 3 }, x: [1, 1, 3] }, [1, 1, 1], [Math.cbrt(36)]);
  });

  describeGradients({
    LpPool: { type: 'LpPool', attributes: { kernel_shape: [3, 2], pads: [1, 0, 1, 0] }, x: [2, 2, 5, 4] },
    'LpPool, p = 3': { type: 'LpPool', attributes: { kernel_shape: [2, 2], p: 3 }, x: [1, 2, 4, 4] },
    GlobalLpPool: { type: 'GlobalLpPool', x: [2, 3, 4, 4] },
  });

  describeAnotherBatch({
    LpPool: { type: 'LpPool', attributes: { kernel_shape: [2, 2] }, x: [1, 2, 3, 3] },
    GlobalLpPool: { type: 'GlobalLpPool', x: [1, 2, 3, 3] },
  });
});
