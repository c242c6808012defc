import { expect } from 'chai';
import { aimAtStudio } from '../../site/open-in-studio.ts';
import { parseState, START } from '../../site/studio/address.ts';

const SITE = new URL('/site/', document.baseURI);

describe('site/open-in-studio', () => {
  let page: HTMLElement;

  beforeEach(() => {
    page = document.createElement('div');
    document.body.append(page);
  });

  afterEach(() => {
    page.remove();
  });

  /** The link under a figure, which is no element of this page: its attributes say all. */
  const linkUnder = (figure: string): HTMLAnchorElement => {
    page.innerHTML = `${figure}<p class="in-studio"><a href="studio.html"></a></p>`;
    aimAtStudio(SITE);
    return page.querySelector('a')!;
  };

  it('aims at what the figure shows', () => {
    const { hash, pathname } = linkUnder(
      '<cnn-saliency src="/site/photos/a.jpg" layer="fire5" channel="17" at="3,4" method="deconvnet"></cnn-saliency>',
    );
    expect(pathname).to.match(/\/studio\.html$/);
    expect(parseState(hash)).to.deep.equal({
      ...START,
      networks: [{ ...START.networks[0], layer: 'fire5', channel: 17, at: '3,4' }],
      picture: 'photos/a.jpg',
      view: 'saliency',
      options: { method: 'deconvnet' },
    });
  });

  it('takes the first unit of several', () => {
    const of = (channels: string): unknown =>
      parseState(linkUnder(`<cnn-feature layer="fire3" channels="${channels}"></cnn-feature>`).hash).networks[0];
    expect(of('3, 17')).to.deep.equal({ ...START.networks[0], layer: 'fire3', channel: 3 });
    expect(of('fire2: 5, 17; fire5: 42')).to.deep.equal({ ...START.networks[0], layer: 'fire2', channel: 5 });
  });

  it('shows the network and picture of figures that it has not', () => {
    const { networks, picture, view } = parseState(
      linkUnder('<cnn-dream model="https://example.org/a.onnx" src="https://example.org/b.jpg" layer="x"></cnn-dream>')
        .hash,
    );
    expect([networks[0], picture, view]).to.deep.equal([
      { model: 'https://example.org/a.onnx', layer: 'x' },
      'https://example.org/b.jpg',
      START.view,
    ]);
  });

  it('knows figures that wait to be asked for', () => {
    const { hash } = linkUnder('<template><cnn-dream layer="fire8"></cnn-dream></template><button>Compute</button>');
    expect(parseState(hash).networks[0].layer).to.equal('fire8');
  });

  it('aims again when the reader turns to it', () => {
    const link = linkUnder('<cnn-occlusion></cnn-occlusion>');
    page.querySelector('cnn-occlusion')!.setAttribute('stride', '8');
    expect(parseState(link.hash).options).to.deep.equal({});
    link.dispatchEvent(new PointerEvent('pointerover'));
    expect(parseState(link.hash).options).to.deep.equal({ stride: '8' });
  });
});
