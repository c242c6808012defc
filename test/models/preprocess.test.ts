import { expect } from 'chai';
import { ArgumentError, ShapeError } from '../../src/errors.ts';
import { cutImage } from '../../src/models/image.ts';
import type { Preprocessing } from '../../src/models/manifest.ts';
import { cropPicture, pictureFromRgb, toImageData, type Picture } from '../../src/models/picture.ts';
import { planCrop, toInput, toOriginal, toPicture } from '../../src/models/preprocess.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { golden, repositoryFile } from '../goldens.ts';
import { rejection } from '../rejection.ts';

const caffe: Preprocessing = {
  height: 224,
  width: 224,
  channels: 'BGR',
  mean: [104, 117, 123],
  std: [1, 1, 1],
  resize: 256,
};

async function goldenCrop(photo: string): Promise<Picture> {
  return pictureFromRgb((await (await golden(photo)).tensor('rgb_u8')).data, 224, 224);
}

describe('models/preprocess', () => {
  it('makes exactly the golden input', async () => {
    const want = await (await golden('chelsea')).tensor('input');
    expect(toInput(await goldenCrop('chelsea'), caffe)).to.deep.equal(want);
  });

  it('and exactly the picture again', async () => {
    const crop = await goldenCrop('chelsea');
    expect(toPicture(toInput(crop, caffe), caffe)).to.deep.equal(crop);
    const torch: Preprocessing = {
      ...caffe,
      channels: 'RGB',
      mean: [123.675, 116.28, 103.53],
      std: [58.4, 57.1, 57.4],
    };
    expect(toPicture(toInput(crop, torch), torch)).to.deep.equal(crop);
  });

  for (const photo of ['chelsea', 'coffee']) {
    // Compressed again, the photo differs from the golden's by 1.4 to 1.6 of 255 on average; half a pixel of shift makes it 3.
    it(`crops ${photo} where the golden values did`, async () => {
      const { crop } = await cutImage(repositoryFile(`site/photos/${photo}.jpg`), caffe);
      const want = await goldenCrop(photo);
      const differences = crop.data.map((v, i) => Math.abs(v - want.data[i]!));
      expect((differences.reduce((sum, d) => sum + d, 0) / differences.length) * (4 / 3)).to.be.lessThan(1.7);
      expect(differences.every((d) => d < 40)).to.be.true;
    });
  }

  it('knows where the crop lies in the picture', () => {
    const { placement } = planCrop({ width: 451, height: 300 }, caffe);
    expect(placement).to.deep.equal({ scaleX: 451 / 385, scaleY: 300 / 256, x: 80, y: 16 });
    const box = toOriginal([0, 0, 224, 224], placement);
    expect(box.map(Math.round)).to.deep.equal([94, 19, 356, 281]);
    // A receptive field may begin outside the crop, and outside the picture.
    expect(toOriginal([-100, 0, 0, 10], placement)[0]).to.be.lessThan(0);
  });

  it('stretches where asked, without a crop', async () => {
    const picture = toImageData(pictureFromRgb(new Uint8Array(60 * 20 * 3).fill(9), 60, 20));
    const { crop, placement } = await cutImage(picture, { ...caffe, height: 4, width: 6, resize: 'stretch' });
    expect([crop.width, crop.height]).to.deep.equal([6, 4]);
    expect(placement).to.deep.equal({ scaleX: 10, scaleY: 5, x: 0, y: 0 });
    expect(toOriginal([1, 1, 2, 3], placement)).to.deep.equal([10, 5, 20, 15]);
  });

  it('makes one plane of luma for a grey network', () => {
    const rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
    const gray: Preprocessing = { height: 1, width: 4, channels: 'gray', mean: [0], std: [2], resize: 'stretch' };
    const input = toInput(pictureFromRgb(rgb, 4, 1), gray);
    expect(input.shape).to.deep.equal([1, 1, 1, 4]);
    // Pillow's convert('L') of these pixels.
    expect([...input.data].map((v) => v * 2)).to.deep.equal([76, 150, 29, 255]);
    expect([...toPicture(input, gray).data.slice(0, 4)]).to.deep.equal([76, 76, 76, 255]);
  });

  it('shows one image of a batch of any size, clamped', () => {
    const batch = float32([2, 3, 1, 2], [0, 0, 0, 0, 0, 0, -500, 1.4, 500, -17, 0, 33]);
    const { width, height, data } = toPicture(batch, caffe, 1);
    expect([width, height]).to.deep.equal([2, 1]);
    expect([...data]).to.deep.equal([123, 255, 0, 255, 156, 100, 105, 255]);
  });

  it('refuses another size', async () => {
    const small = pictureFromRgb(new Uint8Array(12), 2, 2);
    const error = await rejection(ShapeError, () => toInput(small, caffe));
    expect(error.message).to.contain('expected 224×224').and.contain('got 2×2');
    await rejection(ShapeError, () => toPicture(float32([1, 1, 2, 2], [1, 2, 3, 4]), caffe));
    await rejection(ArgumentError, () => cropPicture(small, 1, 0, 2, 2));
    await rejection(ArgumentError, () => pictureFromRgb([1, 2, 3], 2, 1));
  });
});
