import { expect } from 'chai';
import { chinese } from '../../components/internal/languages/chinese.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { onGpu } from '../support/backends.ts';
import { begun, create, DRAWN, KINDS, settled, smallFigure, task, type Figure, type Kind } from '../support/figures.ts';
import { tinyNet } from '../support/tiny.ts';

/** Attributes whose words readers see or hear. */
const SPOKEN = 'aria-label aria-description aria-roledescription aria-valuetext alt title placeholder'.split(' ');

/** What is written alike in every language, as a rule and not one by one where that can be. */
const ALIKE = new RegExp(
  [
    // Somebody's own text
    String.raw`"[^"]*"`,
    // Addresses, files, what servers answer
    String.raw`\b(?:https?|blob|data):[^\s：]+`,
    String.raw`[\w.-]*\.(?:png|jpe?g|npy|npz|onnx|json|csv|js|py|zip)\b`,
    String.raw`HTTP \d+(?: [A-Z]\w+)*`,
    // Works: the names of their authors before the year
    String.raw`(?:van der )?\p{Lu}[\p{L}’-]+(?:(?:, | & | et al\.)(?:\p{Lu}[\p{L}’-]+)?)* \d{4}`,
    // What an attribute may be
    String.raw`应为 [\w.-]+(?:(?:, |、| 或 |，或)[\w.#-]+(?:,\w+)?)*`,
    // Acronyms, and names that are written with capitals inside: WebGPU, ReLU, SqueezeNet
    String.raw`\b[A-Z][A-Z\d]+\b`,
    String.raw`\b\w*[a-z][A-Z]\w*\b`,
    String.raw`\b[A-Z]{2,}\w+\b`,
    // Shaders
    String.raw`\b[a-z]+/[a-z][\w-]+`,
    // Names that end in a number: layers, models, types
    String.raw`\b[a-z]+-?\d+\b`,
    // Units
    String.raw`\b(?:px|ms|kB|GFLOP|nats)\b`,
    // Names that no rule knows
    String.raw`\b(?:t-SNE|umap-js|Gabor|Gram|Adam|Lucid|Simonyan|Yosinski|viridis|magma|rdbu|softmax|sigmoid|relaxed SIMD|Zip|Ogg|T-shirt or top)\b`,
  ].join('|'),
  'gu',
);

/** What the figures' networks call their layers and classes, what kinds of layers there are, and what attributes are called. */
const names = new Set(
  `one two tiny image Ankle boot Bag Coat Dress Pullover Sandal Shirt Sneaker T-shirt top Trousers`
    .toLowerCase()
    .split(/\W+/),
);

/** Texts with words in them that are neither Chinese nor names. */
function foreignIn(texts: Iterable<string>): string[] {
  const foreign = [...texts].filter((text) =>
    [...text.replaceAll(ALIKE, '').matchAll(/\p{Script=Latin}[\p{Script=Latin}-]+/gu)].some(
      ([word]) => !names.has(word.toLowerCase()),
    ),
  );
  return [...new Set(foreign)];
}

/** All that a figure shows or says. */
function* wordsOf(root: Element | ShadowRoot): Generator<string> {
  for (const element of [...(root instanceof Element ? [root] : []), ...root.querySelectorAll('*')]) {
    if (element.matches('style, script')) continue;
    for (const name of SPOKEN) {
      const value = element.getAttribute(name);
      if (value) yield value;
    }
    for (const node of element.childNodes) {
      if (node instanceof Text && node.data.trim() !== '') yield node.data.trim().replaceAll(/\s+/g, ' ');
    }
    if (element.shadowRoot) yield* wordsOf(element.shadowRoot);
  }
}

/** Draws a figure in a Chinese page; returns what it shows. */
async function shownBy(kind: Kind, values: Readonly<Record<string, string>>): Promise<[Figure, string[]]> {
  const figure = create(kind, values);
  document.body.append(figure);
  await begun(figure, kind.tag);
  await figure.updateComplete;
  return [figure, [...wordsOf(figure.shadowRoot!)]];
}

/** On a GPU only what is not on the CPU: the words are the same. */
const LOOKED_AT = DRAWN.filter(({ tag }) => !onGpu || tag === 'cnn-bench');

/** Buttons that save a file, or ask for what there is not here. */
const LEAVE = /保存|复制|摄像头/;

describe('In a Chinese page', () => {
  let small: Readonly<Record<string, string>>;

  before(async () => {
    document.documentElement.lang = 'zh';
    small = await smallFigure();
    const { nodes } = await importOnnx(tinyNet());
    for (const { op, name } of nodes) for (const part of `${op} ${name}`.split(/[^a-z]+/)) names.add(part);
    for (const { attributes } of KINDS) for (const name of attributes.keys()) names.add(name);
    expect(chinese.say('Stop')).to.equal('停止');
  });
  after(() => {
    document.documentElement.removeAttribute('lang');
  });
  afterEach(() => {
    document.body.replaceChildren();
  });

  for (const kind of LOOKED_AT) {
    it(`${kind.tag} says no English word`, async () => {
      const [figure, words] = await shownBy(kind, small);
      expect(figure.phase).to.not.equal('error');
      expect(words.join('')).to.match(/\p{Script=Han}/u);
      expect(foreignIn(words), 'drawn').to.deep.equal([]);
    });

    it(`${kind.tag} says none when a reader tries its controls`, async () => {
      const [figure] = await shownBy(kind, small);
      const root = figure.shadowRoot!;
      const said: string[] = [];
      const look = async (): Promise<void> => {
        await figure.updateComplete;
        await task(30);
        said.push(...wordsOf(root), document.querySelector('[role=status]')!.textContent);
      };
      for (const at of root.querySelectorAll('button').keys()) {
        const button = root.querySelectorAll('button')[at];
        if (!button || LEAVE.test(button.textContent)) continue;
        button.click();
        await look();
      }
      for (const at of root.querySelectorAll('select').keys()) {
        for (const option of root.querySelectorAll('select')[at]?.options ?? []) {
          const picker = root.querySelectorAll('select')[at];
          if (!picker) break;
          picker.value = option.value;
          picker.dispatchEvent(new Event('change'));
          await look();
        }
      }
      for (const place of root.querySelectorAll<HTMLElement>('[tabindex="0"]')) {
        place.focus();
        for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) {
          place.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          await look();
        }
      }
      await settled(figure, kind.tag);
      await look();
      expect(foreignIn(said)).to.deep.equal([]);
    });

    it(`${kind.tag} explains what is wrong with an attribute without an English word`, async () => {
      const found = new Map<string, string[]>();
      for (const name of kind.attributes.keys()) {
        const [figure] = await shownBy(kind, { ...small, [name]: '~' });
        const cards = [...figure.shadowRoot!.querySelectorAll('[part=error], [part=reason]')];
        const foreign = foreignIn(cards.flatMap((card) => [...wordsOf(card)]));
        if (foreign.length > 0) found.set(name, foreign);
        document.body.replaceChildren();
      }
      expect(Object.fromEntries(found)).to.deep.equal({});
    });
  }
});
