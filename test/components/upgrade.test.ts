import { expect } from 'chai';
import type {} from '../../components/index.ts';

// A file of its own: nothing here may load the elements before they are asked for.
describe('elements before their script has come', () => {
  it('take over what was set, with its type', async () => {
    const figure = document.createElement('cnn-saliency');
    Object.assign(figure, { target: 3, channel: '2', opacity: null, layer: '', src: new URL('a.png', location.href) });
    figure.setAttribute('method', '');
    document.body.append(figure);
    await import('../../components/index.ts');
    await figure.updateComplete;
    expect(figure).to.include({ target: '3', channel: 2, opacity: 1, layer: undefined, method: 'saliency' });
    expect(figure.src).to.equal(new URL('a.png', location.href).href);
    figure.remove();
  });
});
