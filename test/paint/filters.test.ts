import { expect } from 'chai';
import { paintFilters, type PaintedFilters } from '../../src/paint/filters.ts';
import { float32 } from '../../src/tensor/tensor.ts';

/** Colours along a row of a picture; undefined where nothing is painted. */
function row({ picture: { data, width } }: PaintedFilters, y: number): (readonly number[] | undefined)[] {
  return Array.from({ length: width }, (_, x) => {
    const at = 4 * (y * width + x);
    return data[at + 3] === 0 ? undefined : [...data.subarray(at, at + 3)];
  });
}

const grey = (value: number): readonly number[] => [value, value, value];

describe('paintFilters', () => {
  it('shows filters of the picture in its colours, in units of its values', () => {
    // [2, 3, 1, 2]: planes blue, green, red; the input was divided by 2, 4 and 5
    const weights = float32([2, 3, 1, 2], [2, -1, 4, 0, -5, 2.5, 1, 0, 0, 0, 0, 0]);
    const planes = { order: 'BGR', std: [2, 4, 5] } as const;
    const painted = paintFilters(weights, { planes, pixel: 1 });
    // By hand: blue 1, −½; green 1, 0; red −1, ½. The largest is 1: 127.5 + 127.5·v, halves to the even number
    expect([painted.rows, painted.columns, painted.largest]).to.deep.equal([1, 2, 1]);
    expect(painted.limits).to.deep.equal([1, 0.5]);
    expect(row(painted, 0).every((pixel) => pixel === undefined)).to.equal(true);
    expect(row(painted, 1)).to.deep.equal([
      undefined,
      [0, 255, 255],
      [191, 128, 64],
      undefined,
      undefined,
      [128, 128, 191],
      [128, 128, 128],
      undefined,
    ]);
    const each = paintFilters(weights, { planes, pixel: 1, scale: 'filter', which: [1] });
    expect(row(each, 1)).to.deep.equal([undefined, [128, 128, 255], [128, 128, 128], undefined]);
    expect(each.picture.width).to.equal(4);
  });

  it('shows a grey tile for each channel, row after row', () => {
    // [1, 3, 1, 2]: tiles 2 and 1 in two rows
    const painted = paintFilters(float32([1, 3, 1, 2], [1, -1, 0.5, 0, -0.5, 0]), { pixel: 1 });
    expect(painted.tiles).to.deep.equal([2, 2]);
    const [gap] = [undefined];
    expect(row(painted, 3)).to.deep.equal([
      gap,
      gap,
      gap,
      grey(255),
      grey(0),
      gap,
      gap,
      grey(191),
      grey(128),
      gap,
      gap,
      gap,
    ]);
    expect(row(painted, 6)).to.deep.equal([gap, gap, gap, grey(64), grey(128), gap, gap, gap, gap, gap, gap, gap]);
  });

  it('enlarges each weight, keeps single weights together and paints what is zero grey', () => {
    const painted = paintFilters(float32([2, 4, 1, 1], new Float32Array(8)), { columns: 1, pixel: 3 });
    expect([painted.picture.width, painted.picture.height]).to.deep.equal([10, 20]);
    expect(row(painted, 2)).to.deep.equal([
      undefined,
      undefined,
      ...Array<unknown>(6).fill(grey(128)),
      undefined,
      undefined,
    ]);
    expect(row(painted, 8)[4]).to.equal(undefined);
    const none = paintFilters(float32([2, 1, 1, 1], [1, 1]), { which: [] });
    expect(none.picture.width).to.equal(0);
  });
});
