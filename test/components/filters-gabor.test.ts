import { expect } from 'chai';
import { gaborSummary } from '../../src/methods/gabor-summary.ts';
import { isGaborLike } from '../../src/methods/gabor.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { golden } from '../goldens.ts';
import { onnxFile } from '../onnx/file.ts';
import { expectNoBarriers, find, mount, next, press, says, textOf } from '../support/harness.ts';

const SIDE = 32;
const PREPROCESSING = JSON.stringify({ height: SIDE, width: SIDE, resize: SIDE, preset: 'tf' });

/** The address of a network whose first convolution has these filters [k, c, r, s]. */
function networkOf({ shape, data }: Tensor): string {
  const file = onnxFile({
    inputs: [{ name: 'image', dims: [1, shape[1]!, SIDE, SIDE] }],
    outputs: [{ name: 'scores' }],
    initializers: [{ name: 'weights', dims: shape, values: [...data] }],
    nodes: [
      { type: 'Conv', name: 'conv1', inputs: ['image', 'weights'], outputs: ['conv1'] },
      { type: 'GlobalAveragePool', name: 'average', inputs: ['conv1'], outputs: ['means'] },
      { type: 'Flatten', name: 'flat', inputs: ['means'], outputs: ['scores'] },
    ],
  });
  return URL.createObjectURL(new Blob([file as Uint8Array<ArrayBuffer>]));
}

/** The first of some filters, and some of their columns and rows. */
function part({ shape, data }: Tensor, count: number, side: number): Tensor {
  const [, planes, , columns] = shape as [number, number, number, number];
  const values: number[] = [];
  for (let k = 0; k < count * planes; k++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) values.push(data[(k * columns + y) * columns + x]!);
    }
  }
  return float32([count, planes, side, side], values);
}

const minus = (text: string): number => Number(text.replace('−', '-'));

describe('cnn-filters of large filters', () => {
  it('tells of each how near it is to a Gabor function, and of the layer how many are', async () => {
    const weights = part(await (await golden('gabor')).tensor('filters'), 16, 11);
    const { fits, count, scrambledCount } = await gaborSummary(weights);
    const figure = mount('cnn-filters', { model: networkOf(weights), preprocessing: PREPROCESSING });
    await next(figure, 'cnn-result');
    await says(figure, /of 16 filters (is|are) Gabor-like/);
    expect(await textOf(figure)).to.contain(
      `${String(count)} of 16 filters are Gabor-like (R² ≥ 0.7, frequency × width ≥ 0.2); of copies with scrambled phases ${String(scrambledCount)}.`,
    );
    // Four rows of four, the second and the last from the right.
    for (let step = 0; step < 16; step++) {
      const [row, column] = [Math.floor(step / 4), step % 4];
      const fit = fits[4 * row + (row % 2 === 0 ? column : 3 - column)]!;
      const text = await textOf(figure);
      const said =
        /R² (−?[\d.]+), frequency × width ([\d.]+), (?:stripes at (\d+)°|no stripes)\. (Not )?Gabor-like/.exec(text)!;
      expect(minus(said[1]!)).to.be.closeTo(fit.r2, 0.0051);
      expect(Number(said[2])).to.be.closeTo(fit.frequency * fit.width, 0.0051);
      const hasStripes = fit.frequency * fit.width >= 0.2;
      expect(said[3]).to.equal(hasStripes ? String(Math.round(fit.orientation) % 180) : undefined);
      expect(said[4] === undefined).to.equal(isGaborLike(fit));
      press(find(figure, '.probe'), column === 3 ? 'ArrowDown' : row % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
    }
    expect(document.querySelector('[role=status]')!.textContent).to.match(/norm [\d.]+\. The nearest Gabor function/);
    await expectNoBarriers(figure);
  });

  it('does not move what is there when the fits are known', async () => {
    const weights = part(await (await golden('gabor')).tensor('filters'), 8, 11);
    for (const width of [340, 900]) {
      const attributes = { model: networkOf(weights), preprocessing: PREPROCESSING };
      const figure = mount('cnn-filters', attributes, { width });
      await next(figure, 'cnn-result');
      expect(await textOf(figure)).to.contain('Gabor functions are being fitted: ');
      const before = figure.getBoundingClientRect().height;
      await says(figure, /of 8 filters are Gabor-like/);
      expect(figure.getBoundingClientRect().height).to.equal(before);
      figure.remove();
    }
  });

  it('says nothing of the kind where filters are small, or there are other channels', async () => {
    const filters = await (await golden('gabor')).tensor('filters');
    const small = part(filters, 4, 5);
    const grey = float32([6, 1, 11, 11], filters.data.slice(0, 6 * 121));
    const greyInput = JSON.stringify({
      height: SIDE,
      width: SIDE,
      resize: SIDE,
      channels: 'gray',
      mean: [0],
      std: [255],
    });
    for (const [model, preprocessing] of [
      [networkOf(small), PREPROCESSING],
      [networkOf(grey), greyInput],
    ] as const) {
      const figure = mount('cnn-filters', { model, preprocessing });
      await next(figure, 'cnn-result');
      expect(await textOf(figure)).not.to.contain('Gabor');
      figure.remove();
    }
  });

  it('begins again when it comes back into the page', async () => {
    const weights = part(await (await golden('gabor')).tensor('filters'), 16, 11);
    const figure = mount('cnn-filters', { model: networkOf(weights), preprocessing: PREPROCESSING });
    await next(figure, 'cnn-result');
    await says(figure, /are being fitted/);
    figure.remove();
    document.body.append(figure);
    await says(figure, /of 16 filters are Gabor-like/);
  });
});
