import { expect } from 'chai';
import { ArgumentError } from '../../../src/errors.ts';
import { confusionOf } from '../../../src/methods/training/confusion.ts';
import { inputOf, pictureOf } from '../../../src/methods/training/example-pictures.ts';
import { examples, labelsOf, type Examples } from '../../../src/methods/training/examples.ts';
import { split } from '../../../src/methods/training/split.ts';

/** Pictures of one pixel, which is the number of the example. */
function numbered(labels: readonly number[], classes = 3): Examples {
  return examples({ images: Uint8Array.from(labels.keys()), labels, classes, shape: [1, 1, 1] });
}

const counts = (part: Examples): number[] => {
  const labels = labelsOf(part);
  return [0, 1, 2].map((label) => labels.filter((each) => each === label).length);
};

describe('labelled pictures', () => {
  // 20 of class 0, 9 of class 1, one of class 2
  const all = numbered(Array.from({ length: 30 }, (_, i) => (i === 17 ? 2 : i % 3 === 1 ? 1 : 0)).slice(0, 30));

  it('are split into those that are learned and those held out, class by class', () => {
    const [zero = 0, one = 0, two = 0] = counts(all);
    expect([zero, one, two]).to.deep.equal([19, 10, 1]);
    const { training, heldOut } = split(all, { heldOut: 0.25, seed: 3 });
    expect(counts(heldOut!)).to.deep.equal([4, 2, 0]);
    expect(counts(training)).to.deep.equal([15, 8, 1]);
    const places = [...training.images.values, ...heldOut!.images.values].sort((a, b) => a - b);
    expect(places).to.deep.equal([...Array(30).keys()]);
    for (const part of [training, heldOut!]) {
      expect([...labelsOf(part)]).to.deep.equal([...part.images.values].map((place) => labelsOf(all)[place]));
    }
  });

  it('are split alike by the same seed, and otherwise by another', () => {
    const out = (seed: number): readonly number[] => [...split(all, { seed }).heldOut!.images.values];
    expect(out(1)).to.deep.equal(out(1));
    expect(out(1)).not.to.deep.equal(out(2));
  });

  it('hold none out where there are too few', () => {
    const { training, heldOut } = split(numbered([0, 0, 1, 2]));
    expect(heldOut).to.equal(undefined);
    expect(training.count).to.equal(4);
    expect(() => split(all, { heldOut: 1 })).to.throw(ArgumentError);
    const numbers = examples({ images: new Uint8Array(2), targets: new Float32Array(2), outputs: 1, shape: [1, 1, 1] });
    expect(() => split(numbers)).to.throw(ArgumentError, 'no classes');
  });

  it('are counted by what they are taken for', () => {
    const four = numbered([0, 0, 1, 2]);
    const confusion = confusionOf(four, { predicted: Uint32Array.of(0, 2, 1, 1) });
    const rows = [0, 1, 2].map((of) => [0, 1, 2].map((as) => confusion.count(of, as)));
    expect(rows).to.deep.equal([
      [1, 0, 1],
      [0, 1, 0],
      [0, 1, 0],
    ]);
    expect(confusion.places(0, 2)).to.deep.equal([1]);
    expect(confusion.places(2, 2)).to.deep.equal([]);
  });

  it('are seen by networks as numbers, and by people as pictures', () => {
    const images = Uint8Array.of(10, 20, 30, 40, 50, 60);
    const two = examples({ images, labels: [0, 1], classes: 2, shape: [3, 1, 1], mean: [1, 2, 3], std: [2, 4, 8] });
    const input = inputOf(two, 1);
    expect(input.shape).to.deep.equal([1, 3, 1, 1]);
    expect([...input.data]).to.deep.equal([(40 - 1) / 2, (50 - 2) / 4, (60 - 3) / 8]);
    expect([...pictureOf(two, 1).data]).to.deep.equal([40, 50, 60, 255]);
    expect([...pictureOf(two, 1, 'BGR').data]).to.deep.equal([60, 50, 40, 255]);
    const grey = examples({ images, labels: [0, 1, 0], classes: 2, shape: [1, 1, 2] });
    expect([...pictureOf(grey, 1).data]).to.deep.equal([30, 30, 30, 255, 40, 40, 40, 255]);
  });
});
