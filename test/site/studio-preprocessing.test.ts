import { expect } from 'chai';
import { formatPreprocessing, parsePreprocessingLine } from '../../site/studio/preprocessing.ts';
import { ModelFormatError } from '../../src/errors.ts';
import { PREPROCESSING_PRESETS, type Preprocessing } from '../../src/models/manifest.ts';

const TORCH: Preprocessing = { ...PREPROCESSING_PRESETS.torch, height: 224, width: 192, resize: 256 };
const GRAY: Preprocessing = { channels: 'gray', mean: [-0.5], std: [255], height: 28, width: 28, resize: 'stretch' };

describe('site/studio/preprocessing', () => {
  it('is a line that people can read', () => {
    expect(formatPreprocessing(TORCH)).to.equal(
      '192×224 RGB, mean 123.675 116.28 103.53, std 58.395 57.12 57.375, resize 256',
    );
  });

  it('reads what it writes', () => {
    for (const given of [TORCH, GRAY]) {
      const read = parsePreprocessingLine(formatPreprocessing(given));
      expect({ ...read, mean: [], std: [] }).to.deep.equal({ ...given, mean: [], std: [] });
      for (const [i, value] of given.mean.entries()) expect(read.mean[i]).to.be.closeTo(value, 1e-4);
      for (const [i, value] of given.std.entries()) expect(read.std[i]).to.be.closeTo(value, 1e-4);
    }
  });

  it('takes what is left out from before', () => {
    expect(parsePreprocessingLine('bgr, mean 1 2 3', TORCH)).to.deep.equal({
      ...TORCH,
      channels: 'BGR',
      mean: [1, 2, 3],
    });
  });

  it('says what is wrong', () => {
    expect(() => parsePreprocessingLine('mean 1 2', TORCH)).to.throw(ModelFormatError, /preprocessing\.mean/);
    expect(() => parsePreprocessingLine('resize 10', TORCH)).to.throw(ModelFormatError, /preprocessing/);
    expect(() => parsePreprocessingLine('')).to.throw(ModelFormatError, /preprocessing/);
  });
});
