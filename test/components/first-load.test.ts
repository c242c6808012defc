import { expect } from 'chai';
import '../../components/cnn-saliency/cnn-saliency.ts';
import { repositoryFile } from '../goldens.ts';

describe('the first figure of a page', () => {
  it('fetches no code that the bundled network does not need', async function () {
    this.timeout(180_000);
    const figure = document.createElement('cnn-saliency');
    figure.method = 'guided-backprop';
    figure.src = repositoryFile('site/photos/european-honey-bee.jpg').href;
    const drawn = new Promise((resolve, reject) => {
      figure.addEventListener('cnn-result', resolve);
      figure.addEventListener('cnn-error', ({ error }) => {
        reject(error);
      });
    });
    document.body.append(figure);
    await drawn;
    figure.remove();
    const fetched = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
    expect(fetched.some((path) => path.endsWith('/src/ops/base.ts'))).to.equal(true);
    const later =
      /\/(ops\/(pointwise\/functions|\w+\/(index|launches))|references|generated\/index|graph\/fold|onnx\/sniff)\.ts$/;
    expect(fetched.filter((path) => later.test(path))).to.deep.equal([]);
  });
});
