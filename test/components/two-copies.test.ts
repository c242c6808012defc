import { expect } from 'chai';
import * as elements from '../../components/index.ts';
import { repositoryFile } from '../goldens.ts';

describe('a second copy of the elements on a page', () => {
  it('leaves those of the first as they are', async () => {
    const index = await (await fetch(repositoryFile('components/index.ts'))).text();
    const files = [...index.matchAll(/\/((cnn-[\w-]+)\/\2\.ts)\b/g)];
    expect(files.length).to.equal(14);
    for (const [, file, name] of files) {
      const first = customElements.get(name!)!;
      expect(Object.values(elements)).to.include(first);
      const copy = (await import(`${repositoryFile(`components/${file!}`).href}?copy`)) as Record<string, unknown>;
      expect(Object.values(copy)).not.to.include(first);
      expect(customElements.get(name!)).to.equal(first);
      expect(document.createElement(name!)).to.be.an.instanceOf(first);
    }
  });
});
