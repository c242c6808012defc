import { expect } from 'chai';
import { ShapeError } from '../../../src/errors.ts';
import { withInputShapes } from '../../../src/graph/batch.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { expectRejection } from '../../rejection.ts';
import { check, counting, describeAnotherBatch, float, modelOf, refused } from '../importing.ts';

describe('importers of products of matrices', () => {
  it('Gemm: transposed, scaled, and with the broadcast attribute of opset 6', async () => {
    const b = float32([2, 1], [1, 10]);
    await check({ type: 'Gemm', x: [1, 2], constants: [b] }, [1, 1], [21]);
    const attributes = { transA: 1, transB: 1, alpha: float(2), beta: float(0.5), broadcast: 1 };
    const constants = [float32([1, 2], [1, 10]), float32([1], [4])];
    await check({ type: 'Gemm', opset: 6, attributes, x: [2, 1], constants }, [1, 1], [44]);
    await expectRejection(ShapeError, '"node"', () => importOnnx(modelOf({ type: 'Gemm', x: [1, 3], constants: [b] })));
  });

  it('MatMul: leading axes of the first operand, another batch later', async () => {
    const spec = { type: 'MatMul', constants: [float32([2, 1], [1, 10])] };
    await check({ ...spec, x: [2, 2] }, [2, 1], [21, 43]);
    await check({ ...spec, x: [1, 2, 1, 2] }, [1, 2, 1, 1], [21, 43]);
    const larger = withInputShapes(await importOnnx(modelOf({ ...spec, x: [1, 3, 2] })), { x: [5, 3, 2] });
    expect(larger.values.get(larger.outputs[0]!)!.shape).to.deep.equal([5, 3, 1]);
    await check({ type: 'MatMul', x: [2], constants: [counting([2, 1])] }, [1], [5]);
    await check({ type: 'MatMul', x: [1, 2], constants: [counting([3, 2, 1])] }, [3, 1, 1], [5, 11, 17]);
    await refused({ type: 'MatMul', x: [2], constants: [float32([], [1])] }, 'a single number');
    await expectRejection(ShapeError, 'matmul "node"', () =>
      importOnnx(modelOf({ type: 'MatMul', x: [2, 3, 4], constants: [counting([2, 3, 4])] })),
    );
  });

  describeAnotherBatch({
    'MatMul by a matrix for each channel': { type: 'MatMul', constants: [counting([2, 3, 1])], x: [1, 2, 1, 3] },
  });
});
