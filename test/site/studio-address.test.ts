import { expect } from 'chai';
import { formatState, parseState, START, storedId, VIEWS, type StudioState } from '../../site/studio/address.ts';

const OWN = storedId('0123456789abcdef'.repeat(4), 'my net, 2 & #3.onnx');

describe('site/studio/address', () => {
  const states: Readonly<Record<string, StudioState>> = {
    'the start': START,
    'a unit': {
      ...START,
      networks: [{ model: 'squeezenet1.1', layer: 'fire5/expand3x3', channel: 17, at: '3,4' }],
      view: 'saliency',
      options: { method: 'guided-backprop', target: 'bee & co=1' },
    },
    'two networks, files of the reader': {
      networks: [
        { model: OWN, preprocessing: '8×8 RGB, mean 0 0 0, std 255 255 255, resize 8', labels: OWN, layer: 'a#b&c' },
        { model: 'https://example.org/a.onnx?x=1&y=2#z', channel: 0 },
      ],
      picture: OWN,
      corpus: OWN,
      view: 'map',
      options: {},
    },
  };

  for (const [name, state] of Object.entries(states)) {
    it(`reads what it writes: ${name}`, () => {
      expect(parseState(`#${formatState(state)}`)).to.deep.equal(state);
    });
  }

  it('keeps what belongs to the view that is shown, of every view', () => {
    for (const view of VIEWS) {
      const { options } = parseState(formatState({ ...START, view, options: { nonsense: 'x' } }));
      expect(options, view).to.deep.equal({});
    }
  });

  it('is readable', () => {
    const [network] = states['a unit']!.networks;
    expect(formatState({ ...START, networks: [network] })).to.equal(
      'model=squeezenet1.1&layer=fire5/expand3x3&unit=17@3,4',
    );
  });

  it('is as at the start where it makes no sense', () => {
    expect(parseState('#show=nothing&unit=x@1,2&model=')).to.deep.equal(START);
    expect(parseState('')).to.deep.equal(START);
  });

  it('looks at a layer of the first network where no network is named', () => {
    expect(parseState('#layer=fire2').networks).to.deep.equal([{ ...START.networks[0], layer: 'fire2' }]);
  });
});
