import { expect } from 'chai';
import { START, storedId, type View } from '../../site/studio/address.ts';
import { embed } from '../../site/studio/embed.ts';
import { parseLabelFile } from '../../site/studio/labels.ts';

const own = (name: string): string => storedId('ab'.repeat(32), name);
const address = (relative: string): string => new URL(relative, 'https://unpool.example/site/').href;

/** The figures of the HTML, as a browser reads them. */
function figuresOf(html: string): Element[] {
  const { body } = new DOMParser().parseFromString(`<!doctype html><body>${html}`, 'text/html');
  return [...body.children].filter(({ localName }) => localName !== 'script');
}

const attributesOf = (element: Element): Record<string, string> =>
  Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]));

describe('site/studio/embed', () => {
  it('is the figure with all that decides it', () => {
    const network = { model: 'squeezenet1.1', layer: 'fire5', channel: 17, at: '3,4' };
    const { html, files } = embed(
      { ...START, networks: [network], view: 'saliency', options: { target: 'a "bee" & <co>' } },
      address,
    );
    const [figure, ...more] = figuresOf(html);
    expect(more).to.have.length(0);
    expect(figure!.localName).to.equal('cnn-saliency');
    expect(attributesOf(figure!)).to.deep.equal({
      model: 'squeezenet1.1',
      src: 'https://unpool.example/site/photos/european-honey-bee.jpg',
      layer: 'fire5',
      channel: '17',
      at: '3,4',
      target: 'a "bee" & <co>',
    });
    expect(files).to.deep.equal([]);
  });

  it('names the files of the reader, which lie beside the page', () => {
    const json = '{"height":8}';
    const network = { model: own('my net.onnx'), json, labels: own('names.txt'), beside: ['my net.onnx.data'] };
    const { html, files } = embed({ ...START, networks: [network], picture: own('a#b.png') }, address);
    expect(attributesOf(figuresOf(html)[0]!)).to.deep.equal({
      model: 'my%20net.onnx',
      preprocessing: json,
      labels: 'names.json',
      src: 'a%23b.png',
    });
    expect(files).to.have.members(['my net.onnx', 'my net.onnx.data', 'names.json', 'a#b.png']);
  });

  it('shows the webcam where it is drawn live, and else a picture', () => {
    const of = (view: View): readonly (string | null)[] => {
      const [figure] = figuresOf(embed({ ...START, picture: 'webcam', view }, address).html);
      return ['webcam', 'src'].map((name) => figure!.getAttribute(name));
    };
    expect(of('activations')).to.deep.equal(['', null]);
    expect(of('saliency')).to.deep.equal([null, address(START.picture)]);
  });

  it('has a figure for each network that is compared', () => {
    const networks = [{ model: 'a' }, { model: 'b' }] as const;
    const figures = figuresOf(embed({ ...START, networks }, address).html);
    expect(figures.map((figure) => figure.getAttribute('model'))).to.deep.equal(['a', 'b']);
  });

  it('labels are lines, or JSON', () => {
    expect(parseLabelFile('cat\r\ndog\n')).to.deep.equal(['cat', 'dog']);
    expect(parseLabelFile(' ["cat"]')).to.deep.equal(['cat']);
    expect(() => parseLabelFile(' \n')).to.throw('empty');
  });
});
