import { expect } from 'chai';
import { loadImage } from '../../src/models/image.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toNpy } from '../../src/paint/npy.ts';
import { toPng } from '../../src/paint/png.ts';
import { formatTicks, labelledTicks, niceTicks } from '../../src/paint/ticks.ts';
import { float32, tensor } from '../../src/tensor/tensor.ts';

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16));
}

/** What numpy.save writes: magic, version 1.0, 118 bytes of header that end in a line break, the numbers. */
function npy(header: string, numbers: string): Uint8Array {
  const head = new TextEncoder().encode(header.padEnd(117) + '\n');
  return Uint8Array.of(...hex('934e554d505901007600'), ...head, ...hex(numbers));
}

describe('paint/npy', () => {
  it('writes the bytes that numpy.save writes', async () => {
    expect(await bytesOf(await toNpy(float32([1, 3], [1.5, -2, 3])))).to.deep.equal(
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }", '0000c03f000000c000004040'),
    );
    expect(await bytesOf(await toNpy(tensor('int64', [2], [-1, 2 ** 40])))).to.deep.equal(
      npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 'ffffffffffffffff0000000000010000'),
    );
    expect(await bytesOf(await toNpy(tensor('uint8', [], [7])))).to.deep.equal(
      npy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", '07'),
    );
  });

  it('writes only its own part of a larger buffer, and starts the numbers at a multiple of 64', async () => {
    const part = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const shape = [...new Array<number>(40).fill(1), 2];
    const bytes = await bytesOf(await toNpy({ dtype: 'float32', shape, data: part }));
    expect((bytes.length - 8) % 64).to.equal(0);
    expect(bytes[8]! + bytes[9]! * 256 + 10).to.equal(bytes.length - 8);
    expect([...bytes.slice(-8)]).to.deep.equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
  });
});

describe('paint/png', () => {
  it('keeps every pixel', async () => {
    const picture = pictureFromRgb(
      Uint8Array.from({ length: 7 * 5 * 3 }, (_, i) => (i * 37) % 256),
      7,
      5,
    );
    const png = await toPng(picture);
    expect(png.type).to.equal('image/png');
    const { width, height, data } = await loadImage(png);
    expect([width, height]).to.deep.equal([7, 5]);
    expect([...data]).to.deep.equal([...picture.data]);
  });
});

describe('paint/ticks', () => {
  it('are round and inside', () => {
    expect(niceTicks(0, 10)).to.deep.equal([0, 2, 4, 6, 8, 10]);
    expect(niceTicks(-0.37, 0.41)).to.deep.equal([-0.2, 0, 0.2, 0.4]);
    expect(niceTicks(0.1, 0.7, 6)).to.deep.equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(niceTicks(1234, 98765, 4)).to.deep.equal([20000, 40000, 60000, 80000]);
    expect(niceTicks(3e-9, 9e-9, 3)).to.deep.equal([4e-9, 6e-9, 8e-9]);
    expect(niceTicks(5, 5)).to.deep.equal([5]);
  });

  it('are never many nor few, for ranges of all sizes', () => {
    for (let i = 0; i < 200; i++) {
      const min = ((i * 7919) % 1000) - 500;
      const max = min + 10 ** ((i % 17) - 8) * (1 + (i % 9));
      const ticks = niceTicks(min, max, 5);
      expect(ticks.length, `${min}…${max}`).to.be.within(3, 8);
      expect(ticks.every((v) => v >= min - 1e-9 * (max - min) && v <= max + 1e-9 * (max - min))).to.be.true;
    }
  });

  it('are written with the decimals that tell them apart', () => {
    expect(formatTicks([-0.2, 0, 0.2, 0.4])).to.deep.equal(['−0.2', '0.0', '0.2', '0.4']);
    expect(formatTicks([0, 5, 10])).to.deep.equal(['0', '5', '10']);
    expect(formatTicks([-4e-9, 0, 4e-9])).to.deep.equal(['−4e−9', '0', '4e−9']);
    expect(formatTicks([150000, 200000])).to.deep.equal(['1.5e5', '2.0e5']);
    expect(formatTicks([0])).to.deep.equal(['0']);
    expect(formatTicks([0.1064])).to.deep.equal(['0.106']);
  });

  it('have room for their texts, however narrow, small or large a range is', () => {
    const texts = (low: number, high: number): string[] => labelledTicks(low, high).map(([, text]) => text);
    expect(texts(0.0438, 0.0487)).to.deep.equal(['0.044', '0.045', '0.046', '0.047', '0.048']);
    expect(texts(17.14028, 17.14081)).to.deep.equal(['17.1404', '17.1406', '17.1408']);
    expect(texts(0.114640342, 0.1146403495)).to.deep.equal(['+0', '+2e−9', '+4e−9', '+6e−9']);
    expect(texts(-20.50006, -20.50001)).to.deep.equal(['+0', '+2e−5', '+4e−5']);
    expect(texts(0.1064, 0.1064)).to.deep.equal(['0.106']);
    expect(texts(-1e-30, 1e-30)).to.deep.equal(['−1.0e−30', '−5.0e−31', '0', '5.0e−31', '1.0e−30']);
    for (const size of [1e-38, 1e-9, 0.003, 1, 250, 4e4, 1e12, 1e38]) {
      for (const share of [1e-7, 1e-5, 1e-3, 0.02, 0.3, 1, 1.7]) {
        for (const sign of [1, -1]) {
          const [low = 0, high = 0] = [size * sign, size * sign - size * share * sign].sort((a, b) => a - b);
          const ticks = labelledTicks(low, high);
          const named = `${low}…${high}: ${ticks.map(([, text]) => text).join(' ')}`;
          expect(ticks.length, named).to.be.within(2, 7);
          expect(new Set(ticks.map(([, text]) => text)).size, named).to.equal(ticks.length);
          expect(ticks.map(([, text]) => text).join(' ').length, named).to.be.at.most(40);
          const spare = (high - low) * 1e-6;
          for (const [value] of ticks) {
            expect(value, named).to.be.within(low - spare, high + spare);
          }
        }
      }
    }
  });
});
