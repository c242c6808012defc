import { expect } from 'chai';
import '../../components/index.ts';
import { DELAY_MS, linkWords, offerFigures, propertyOf } from '../../site/linked-words.ts';

/** Its properties understand text, and null as their default, as those of figures do. */
class TestFigure extends HTMLElement {
  readonly changes: string[] = [];
  #way = 'plain';

  get wayBack(): string {
    return this.#way;
  }

  set wayBack(value: string | null) {
    this.#way = value ?? 'plain';
    this.changes.push(this.#way);
  }
}
customElements.define('test-figure', TestFigure);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const settle = (): Promise<void> => pause(DELAY_MS + 50);

describe('the article: words of the text and their figures', () => {
  let page: HTMLElement;
  const word = (text: string): HTMLAnchorElement =>
    [...page.querySelectorAll('a')].find(({ textContent }) => textContent === text)!;
  const figure = (): TestFigure | null => page.querySelector<TestFigure>('test-figure');
  const point = (text: string, type: 'pointerenter' | 'pointerleave'): void => {
    word(text).dispatchEvent(new PointerEvent(type));
  };

  function open(asked: boolean): void {
    const live = '<test-figure></test-figure>';
    page = document.createElement('main');
    page.innerHTML = `<p>
      <a class="show" href="#shown" data-set='{"way-back": "guided"}'>guided</a>
      <a class="show" href="#shown" data-set='{"way-back": "deconvnet"}'>deconvnet</a>
      <a class="show" href="#shown" data-set='{"way-back": null}'>default</a>
      <a class="show ask" href="#shown" data-set='{"way-back": "long"}'>long</a>
    </p>
    <figure id="shown" class="${asked ? 'asked' : ''}">${asked ? `<img alt="what it draws" /><template>${live}</template>` : live}</figure>`;
    document.body.append(page);
    offerFigures(page, 'Compute it here');
    linkWords(page);
  }

  afterEach(() => {
    page.remove();
  });

  it('show it while they are pointed at, after a moment', async () => {
    open(false);
    point('guided', 'pointerenter');
    expect(figure()!.wayBack).to.equal('plain');
    await settle();
    expect(figure()!.wayBack).to.equal('guided');
    point('guided', 'pointerleave');
    await settle();
    expect(figure()!.wayBack).to.equal('plain');
  });

  it('do nothing where the pointer only crosses them', async () => {
    open(false);
    point('guided', 'pointerenter');
    await pause(DELAY_MS / 5);
    point('guided', 'pointerleave');
    await settle();
    expect(figure()!.changes).to.deep.equal([]);
  });

  it('lead from one to the next without going back in between', async () => {
    open(false);
    word('guided').focus();
    await settle();
    word('deconvnet').focus();
    await settle();
    expect(figure()!.changes.at(-1)).to.equal('deconvnet');
    word('deconvnet').blur();
    await settle();
    expect(figure()!.wayBack).to.equal('plain');
  });

  it('stay once clicked, and give back what was there before', async () => {
    open(false);
    figure()!.wayBack = 'of the reader';
    point('guided', 'pointerenter');
    await settle();
    point('guided', 'pointerleave');
    await settle();
    expect(figure()!.wayBack).to.equal('of the reader');
    word('guided').focus();
    word('guided').click();
    expect(figure()!.wayBack).to.equal('guided');
    word('guided').blur();
    await settle();
    expect(figure()!.wayBack).to.equal('guided');
    expect(word('guided').getAttribute('aria-current')).to.equal('true');
    word('default').click();
    expect(figure()!.wayBack).to.equal('plain');
    expect(word('guided').hasAttribute('aria-current')).to.equal(false);
  });

  it('wait for a click where the figure would compute for long', async () => {
    open(false);
    word('long').focus();
    await settle();
    expect(figure()!.wayBack).to.equal('plain');
    word('long').click();
    expect(figure()!.wayBack).to.equal('long');
  });

  it('begin a figure that waits to be asked for, only when clicked', async () => {
    open(true);
    word('guided').focus();
    await settle();
    expect(figure()).to.equal(null);
    word('guided').click();
    expect(figure()!.wayBack).to.equal('guided');
    expect(figure()!.querySelector('img')!.alt).to.equal('what it draws');
    expect(page.querySelector('.compute')).to.equal(null);
  });

  it('do not matter to a figure whose picture was clicked', () => {
    open(true);
    page.querySelector('img')!.click();
    expect(figure()).not.to.equal(null);
  });

  it('leave the keyboard at the figure that its button began', () => {
    open(true);
    const button = page.querySelector<HTMLButtonElement>('.compute')!;
    button.focus();
    button.click();
    expect(figure()).not.to.equal(null);
    expect(document.activeElement?.id).to.equal('shown');
  });
});

describe('the article: its sections', () => {
  let sections: HTMLElement[];
  let article: Document;

  before(async () => {
    const text = await (await fetch('/site/pages/article.en.html')).text();
    article = new DOMParser().parseFromString(text.replaceAll('{root}', '/site/'), 'text/html');
    sections = [...article.querySelectorAll<HTMLElement>('section')];
  });

  it('have two paragraphs, a figure, an exercise with an answer, and sources', () => {
    expect(sections.length).to.equal(13);
    for (const section of sections) {
      const kinds = ['figure', '.exercise', 'details > p', '.sources a', 'h2'];
      const counts = kinds.map((kind) => section.querySelectorAll(`:scope ${kind}`).length);
      expect(counts.slice(0, 3), section.id).to.deep.equal([1, 1, 1]);
      expect(section.querySelectorAll(':scope > p:not(.exercise)').length, section.id).to.equal(2);
      expect(Math.min(...counts), section.id).to.be.greaterThan(0);
      expect(article.querySelector(`.contents a[href="#${section.id}"]`)?.textContent).to.equal(
        section.querySelector('h2')!.textContent,
      );
    }
  });

  it('refer to what their own figure can be set to', () => {
    for (const section of sections) {
      const figure = section.querySelector('figure')!;
      const { localName } = (figure.querySelector('template')?.content ?? figure).querySelector(':not(img)')!;
      const { prototype } = customElements.get(localName)!;
      const words = [...section.querySelectorAll<HTMLAnchorElement>('a.show')];
      expect(words.length, section.id).to.be.greaterThan(0);
      for (const { hash, dataset } of words) {
        expect(hash).to.equal(`#${figure.id}`);
        for (const name of Object.keys(JSON.parse(dataset.set!) as object))
          expect(propertyOf(name) in prototype, `${localName} has no ${name}`).to.equal(true);
      }
    }
  });

  it('have a picture of the size they say for readers without scripts', async () => {
    for (const section of sections) {
      const { alt, src, width, height } = section.querySelector('img')!;
      expect(alt).not.to.equal('');
      const picture = Object.assign(new Image(), { src });
      await picture.decode();
      expect([picture.naturalWidth, picture.naturalHeight], src).to.deep.equal([width, height]);
    }
  });
});
