import { expect } from 'chai';
import '../components/index.ts';
import { repositoryFile } from './goldens.ts';

/** The code of a page in one language. */
async function examples(file: string, language: string): Promise<string[]> {
  const text = await (await fetch(repositoryFile(file))).text();
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code!);
}

describe('documents', () => {
  it('the README’s program runs', async function () {
    this.timeout(180_000);
    const [program, ...others] = await examples('README.md', 'ts');
    expect(others).to.deep.equal([]);
    const source = program!
      .replace("'unpool'", `'${repositoryFile('src/index.ts').href}'`)
      .replaceAll("'bee.jpg'", `'${repositoryFile('site/photos/european-honey-bee.jpg').href}'`)
      // The same with fewer positions and steps
      .replace('stride: 16', 'stride: 96')
      .replace("'fire5:17'", "'fire5:17', { steps: 4 }")
      .concat('export { best, goal, image, layer, map, range };');
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const results = (await import(url)) as Record<string, Record<string, unknown>>;
    expect(results['best']).to.include({ name: 'bee' });
    expect(results['goal']).to.include({ description: 'bee' });
    expect(results['layer']!['shape']).to.deep.equal([256, 27, 27]);
    expect(results['map']!['shape']).to.deep.equal([256, 27, 27]);
    expect(results['image']).to.include({ step: 4 });
    expect(results['range']![1]).to.be.above(0);
  });

  it('the README’s tags and their attributes exist', async () => {
    const [page] = await examples('README.md', 'html');
    const { body } = new DOMParser().parseFromString(page!, 'text/html');
    const figures = [...body.querySelectorAll('*')].filter(({ localName }) => localName.startsWith('cnn-'));
    expect(figures.length).to.equal(3);
    for (const { localName, attributes } of figures) {
      const element = customElements.get(localName) as
        (typeof HTMLElement & { observedAttributes: string[] }) | undefined;
      expect(element, localName).to.be.a('function');
      for (const { name } of attributes) expect(element!.observedAttributes).to.include(name);
    }
  });

  it('links lead somewhere', async () => {
    for (const file of ['ARCHITECTURE.md', 'CHANGELOG.md']) {
      const text = await (await fetch(repositoryFile(file))).text();
      const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !link.endsWith('/'));
      for (const link of links) expect((await fetch(repositoryFile(link))).status, link).to.equal(200);
    }
  });
});
