import { float32, tensor } from '../../../src/tensor/tensor.ts';
import { check, refused } from '../importing.ts';

describe('importers of quantised weights', () => {
  it('DequantizeLinear: one scale or one for each place along an axis, on constants only', async () => {
    const spec = { type: 'DequantizeLinear' };
    const x = tensor('int32', [2, 2], [-128, 0, 1, 127]);
    await check({ ...spec, opset: 10, constants: [x, float32([], [0.5])] }, [2, 2], [-64, 0, 0.5, 63.5]);
    const zero = tensor('uint8', [], [128]);
    const bytes = tensor('uint8', [2], [0, 255]);
    await check({ ...spec, opset: 10, constants: [bytes, float32([], [2]), zero] }, [2], [-256, 254]);
    const lists = [x, float32([2], [1, 10]), tensor('int32', [2], [0, 1])];
    await check({ ...spec, opset: 13, constants: lists }, [2, 2], [-128, -10, 1, 1260]);
    await check({ ...spec, opset: 19, attributes: { axis: -2 }, constants: lists }, [2, 2], [-128, 0, 0, 1260]);
    await refused({ ...spec, opset: 13, constants: [x, float32([3], [1, 2, 3])] }, 'do not fit axis 1 of [2, 2]');
    await refused({ ...spec, opset: 21, attributes: { block_size: 2 }, constants: lists }, 'block_size');
    await refused({ ...spec, x: [2], constants: [float32([], [1])] }, 'constants only');
    await refused({ type: 'QuantizeLinear', x: [2], constants: [float32([], [1])] }, 'only the weights are quantised');
    await refused({ type: 'QLinearConv', x: [2] }, 'arithmetic of integers');
  });
});
