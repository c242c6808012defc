import { expect } from 'chai';
import { cases } from './cases.ts';
import { checkDependence, type Tightness } from './harness.ts';

const BY_NUMBERS = 'which places it reads is among its inputs';
const NO_NUMBER = 'looks for what no finite change makes of a number';
const SETTINGS = 'one of its settings is whether the others matter';
const BY_PAIRS = 'sums over pairs of points, some of which add nothing';

/** Ops that declare more than matters, and why. */
const WIDE: Readonly<Record<string, string>> = {
  affine: BY_NUMBERS,
  'affine-grad': BY_NUMBERS,
  augment: BY_NUMBERS,
  channel: BY_NUMBERS,
  'random-choice': BY_NUMBERS,
  'joint-probabilities': BY_PAIRS,
  'is-inf': NO_NUMBER,
  'is-nan': NO_NUMBER,
  mosaic: 'a picture of tiles: no network has it',
  'one-hot': BY_NUMBERS,
  perplexity: BY_PAIRS,
  'read-window': BY_NUMBERS,
  roll: BY_NUMBERS,
  'take-rows': BY_NUMBERS,
  'adam-step': SETTINGS,
  'rmsprop-step': SETTINGS,
  'sgd-step': SETTINGS,
  'top-k-merge': 'a list of the most: nothing follows it',
  'tsne-divergence': BY_PAIRS,
  'tsne-forces': BY_PAIRS,
  'tsne-gradient': BY_PAIRS,
};

describe('what ops depend on', () => {
  const tightness: Tightness = new Map();
  for (const opCase of cases) {
    it(`${opCase.op}: ${opCase.label}`, () => {
      checkDependence(opCase, tightness);
    });
  }

  it('no op declares more than matters', () => {
    const wide = [...tightness].filter(([, isTight]) => !isTight).map(([key]) => key);
    expect(wide.filter((key) => !(key.split(',')[0]! in WIDE))).to.deep.equal([]);
    expect(Object.keys(WIDE).filter((op) => !wide.some((key) => key.startsWith(`${op},`)))).to.deep.equal([]);
  });
});
