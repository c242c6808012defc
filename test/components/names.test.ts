import { expect } from 'chai';
import { ending } from '../../components/internal/layer-text.ts';
import type { Occlusion } from '../../src/methods/occlusion.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { find, mount, next, press, textOf } from '../support/harness.ts';
import { kerasFile } from '../support/keras.ts';

/** A layer by the tensor that it makes, by its node, and as lists show it. */
const TENSOR = 'StatefulPartitionedCall/net/branch:b/separable_conv2d:0';
const NODE = TENSOR.slice(0, -2);
const LISTED = '…\u2060/net/branch:b/separable_conv2d (8×32×32)';

let base: Readonly<Record<string, string>>;

function chosen(figure: HTMLElement, selector = 'select'): string | undefined {
  return find<HTMLSelectElement>(figure, selector).selectedOptions[0]?.textContent.trim();
}

const layerMenu = (figure: HTMLElement, label: string): string | undefined => {
  const labels = [...figure.shadowRoot!.querySelectorAll('label')];
  const select = labels.find(({ textContent }) => textContent.trim().startsWith(label))?.querySelector('select');
  return select?.selectedOptions[0]?.textContent.trim();
};

describe('names of layers with colons and slashes', () => {
  before(async () => {
    const pixels = new Uint8ClampedArray(64 * 64 * 4).map((_, i) => (i * i) % 251);
    base = {
      model: URL.createObjectURL(await kerasFile('functional')),
      preprocessing: '',
      src: URL.createObjectURL(await toPng({ ...blankPicture(64, 64), data: pixels })),
    };
  });

  it('are cut at the left where they are long, before a slash that is near', () => {
    expect(ending('fire9/expand3x3')).to.equal('fire9/expand3x3');
    expect(ending(NODE)).to.equal('…\u2060/net/branch:b/separable_conv2d');
    expect(ending('efficientnetb0_1/block1a_bn_1/batchnorm/mul_1')).to.equal('…\u2060/block1a_bn_1/batchnorm/mul_1');
    expect(ending(`${'a'.repeat(40)}/Relu`), 'a short end alone tells nothing').to.equal(
      `…\u2060${'a'.repeat(26)}/Relu`,
    );
    expect(ending('b'.repeat(40))).to.equal(`…\u2060${'b'.repeat(31)}`);
  });

  for (const name of [TENSOR, NODE]) {
    it(`choose layers and units: ${name}`, async () => {
      const saliency = mount('cnn-saliency', { ...base, layer: name, channel: '3' });
      await next(saliency, 'cnn-result');
      expect(await textOf(saliency)).to.contain(`${name}, channel 3`);
      expect(layerMenu(saliency, 'Explain')).to.equal(LISTED);
      const units = next(saliency, 'cnn-result');
      saliency.layer = saliency.channel = undefined;
      saliency.target = `${name}:5`;
      await units;
      expect(await textOf(saliency)).to.contain(`${name}, channel 5`);

      const feature = mount('cnn-feature', { ...base, channels: `${name}: 3`, steps: '1' });
      await next(feature, 'cnn-result');
      expect(await textOf(feature)).to.contain(`${ending(name)}, channel 3`);
      const again = next(feature, 'cnn-result');
      Object.assign(feature, { layer: name, channels: '2' });
      await again;
      expect(layerMenu(feature, 'Layer')).to.equal(LISTED);

      const occlusion = mount('cnn-occlusion', { ...base, layer: name, size: '32', stride: '32' });
      const { feature: of } = (await next(occlusion, 'cnn-result')).result as Occlusion;
      expect(of.layer).to.equal(name);
      await occlusion.updateComplete;
      expect(layerMenu(occlusion, 'Feature map of')).to.equal(LISTED);
      expect(find(occlusion, 'h3[title]').title).to.equal(`Feature map ${of.channel} of ${name}`);

      const activations = mount('cnn-activations', { ...base, layer: name, channel: '1', paused: '' });
      await next(activations, 'cnn-frame');
      await activations.updateComplete;
      expect(chosen(activations, '[part=layers]')).to.equal(LISTED);
      expect(find(activations, 'h3[title]').title).to.equal(`Channel 1 of ${name}`);
    });
  }

  it('go from a diagram to what follows it', async () => {
    const filters = mount('cnn-filters', { ...base, id: 'followers' });
    await next(filters, 'cnn-result');
    const graph = mount('cnn-graph', { ...base, layer: TENSOR, for: 'followers' });
    await next(graph, 'cnn-result');
    await graph.updateComplete;
    expect(find(graph, '[part=layer] h3').textContent).to.equal(NODE);
    expect(find(graph, '.box.chosen').ariaLabel).to.contain('net/branch:b');
    const selected = next(graph, 'cnn-select');
    const drawn = next(filters, 'cnn-result');
    const part = [...graph.shadowRoot!.querySelectorAll<HTMLElement>('.parts button')].find(
      ({ textContent }) => textContent.trim() === NODE,
    );
    part!.click();
    expect((await selected).layer).to.equal(NODE);
    expect(graph.layer).to.equal(NODE);
    await drawn;
    expect(await textOf(filters)).to.contain(`Filters of ${NODE}`);
    expect(layerMenu(filters, 'Layer')).to.match(/^…\u2060\/net\/branch:b\/separable_conv2d \(/);

    const other = next(graph, 'cnn-select');
    press(find(graph, '[role=listbox]'), 'Home');
    expect((await other).layer).to.match(/^StatefulPartitionedCall\/net\//);
  });
});
