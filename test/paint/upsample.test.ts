import { expect } from 'chai';
import { ShapeError } from '../../src/errors.ts';
import { upsample } from '../../src/paint/upsample.ts';
import { golden } from '../goldens.ts';
import { rejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';

describe('paint/upsample', () => {
  it('repeats pixels', () => {
    expect([...upsample([1, 2, 3, 4], [2, 2], [4, 2], 'nearest')]).to.deep.equal([1, 2, 1, 2, 3, 4, 3, 4]);
    expect([...upsample([1, 2], [1, 2], [1, 5], 'nearest')]).to.deep.equal([1, 1, 2, 2, 2]);
  });

  it('interpolates between pixel centres and repeats the border', () => {
    expect([...upsample([0, 4], [1, 2], [1, 4])]).to.deep.equal([0, 1, 3, 4]);
    expect([...upsample([0, 4], [2, 1], [4, 1])]).to.deep.equal([0, 1, 3, 4]);
    expect([...upsample([5], [1, 1], [2, 2])]).to.deep.equal([5, 5, 5, 5]);
  });

  for (const photo of ['chelsea', 'coffee']) {
    it(`makes guided Grad-CAM of ${photo} from its two factors`, async () => {
      const values = await golden(photo);
      const [cam, guided, want] = await Promise.all(
        ['gradcam_fire9', 'guided_backprop', 'guided_gradcam_bilinear'].map((name) => values.tensor(name)),
      );
      const positive = Float32Array.from(cam!.data, (v) => Math.max(v, 0));
      const scaled = upsample(positive, [13, 13], [224, 224]);
      const product = guided!.data.map((g, i) => g * scaled[i % scaled.length]!);
      expect(relativeError(product, want!.data)).to.be.lessThan(1e-6);
    });
  }

  it('refuses values that do not fill the map', async () => {
    await rejection(ShapeError, () => upsample([1, 2, 3], [2, 2], [4, 4]));
  });
});
