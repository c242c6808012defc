import { expect } from 'chai';
import { ShapeError } from '../../../src/errors.ts';
import { withInputShapes } from '../../../src/graph/batch.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import type { Shape } from '../../../src/tensor/shape.ts';
import { float32 } from '../../../src/tensor/tensor.ts';
import { describeAnotherBatch, int64, modelOf, refused } from '../importing.ts';

describe('importers of resampling', () => {
  it('Resize: says what it does not do', async () => {
    const spec = { type: 'Resize', opset: 19, x: [1, 1, 2, 2] as Shape };
    const twice = [null, float32([4], [1, 1, 2, 2])];
    await refused(
      { ...spec, attributes: { coordinate_transformation_mode: 'tf_crop_and_resize' }, constants: twice },
      'coordinate_transformation_mode "tf_crop_and_resize"',
    );
    await refused({ ...spec, attributes: { mode: 'constructor' }, constants: twice }, 'mode "constructor"');
    await refused({ ...spec, attributes: { nearest_mode: 'up' }, constants: twice }, 'nearest_mode "up"');
    await refused({ ...spec, constants: [] }, 'neither scales nor sizes');
    await refused({ ...spec, constants: [null, float32([2], [2, 2])] }, '2 scales or sizes for 4 axes');
    await refused({ ...spec, constants: [null, float32([4], [1, 1, 1e9, 1])] }, 'would get 2000000000 elements');
    await refused({ ...spec, constants: [null, float32([4], [1, 1, 0.1, 1])] }, 'would get 0 elements');
    await refused({ ...spec, constants: [null, float32([4], [1, 1, NaN, 1])] }, 'would get NaN elements');
    const graph = await importOnnx(modelOf({ ...spec, constants: twice }));
    expect(() => withInputShapes(graph, { x: [1, 1, 3, 2] }))
      .to.throw(ShapeError, 'the table is made for another size')
      .with.property('details')
      .that.has.property('remedy');
  });

  describeAnotherBatch({
    'Resize to literal sizes': { type: 'Resize', constants: [null, null, int64(1, 2, 4)], x: [1, 2, 3] },
  });
});
