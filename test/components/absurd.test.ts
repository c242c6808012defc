import { expect } from 'chai';
import type { PropertyDeclaration } from 'lit';
import * as components from '../../components/index.ts';
import type { Phase } from '../../components/internal/element.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { ABSURD_TEXTS, ABSURD_VALUES, expectWords, nameOf } from '../support/absurd.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

/** What all figures have in common. */
interface Figure extends HTMLElement {
  readonly phase: Phase;
  readonly updateComplete: Promise<boolean>;
  restart(): Promise<void>;
  stop(): void;
}

interface Kind {
  readonly tag: string;
  readonly type: CustomElementConstructor;
  /** Those an author sets: attribute → property, and all properties. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly properties: readonly string[];
}

/** Every element there is, with all that can be set: what is new is tried without a line here. */
const KINDS: readonly Kind[] = Object.values(components).flatMap((exported: unknown) => {
  const type = exported as CustomElementConstructor & {
    readonly elementProperties?: ReadonlyMap<string, PropertyDeclaration>;
  };
  const tag = customElements.getName(type);
  if (tag === null) return [];
  const declared = [...type.elementProperties!].filter(([, { state }]) => !state);
  const attributes = declared.flatMap(([name, { attribute }]) =>
    attribute === false ? [] : [[typeof attribute === 'string' ? attribute : name.toLowerCase(), name] as const],
  );
  return [{ tag, type, attributes: new Map(attributes), properties: declared.map(([name]) => name) }];
});

/** The name that `model` has by default. */
const DEFAULT_MODEL = 'squeezenet1.1-fp16';
/** Beyond what all attributes are tried with. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  preprocessing: [
    JSON.stringify({ ...TINY_INPUT, height: 1e9, width: 1e9 }),
    JSON.stringify({ ...TINY_INPUT, height: 1e5, width: 1 }),
    JSON.stringify({ ...TINY_INPUT, resize: 1e12 }),
    JSON.stringify({ ...TINY_INPUT, mean: [1e308, -1e308, 1e-320] }),
    JSON.stringify({ ...TINY_INPUT, std: [1e-320, 1e308, 1] }),
  ],
};
/** No figure of the tiny network takes so long, on any machine. */
const LONGEST_MS = 30_000;

/** What makes each figure a small one. An attribute that an element does not have is left out. */
let small: Readonly<Record<string, string>>;
const slow: { readonly what: string; readonly ms: number }[] = [];
const uncaught: string[] = [];

const url = (content: BlobPart, type = ''): string => URL.createObjectURL(new Blob([content], { type }));

async function photo(seed: number): Promise<string> {
  const random = new Random(seed);
  const rgb = Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next()));
  return URL.createObjectURL(await toPng(pictureFromRgb(rgb, 32, 32)));
}

async function manifestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const entry = {
    title: 'tiny',
    file: url(bytes),
    bytes: bytes.length,
    sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    licence: 'none',
    source: 'here',
    input: { name: 'image', ...TINY_INPUT },
    logits: 'scores',
    layers: { one: 'b', two: 'd' },
  };
  return url(JSON.stringify({ [DEFAULT_MODEL]: entry }));
}

/** An attribute that is missing or empty. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function create(kind: Kind): Figure {
  const figure = document.createElement(kind.tag) as Figure;
  for (const [name, value] of Object.entries(small)) if (kind.attributes.has(name)) figure.setAttribute(name, value);
  // On top of each other: a figure below the viewport would wait.
  figure.style.cssText = 'position: absolute; inset: 0 auto auto 0; inline-size: 600px';
  return figure;
}

const task = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a figure has nothing to do, and notes how long that took. */
async function settled(figure: Figure, what: string): Promise<void> {
  const began = performance.now();
  const busy = (): boolean => ['loading', 'ready', 'running'].includes(figure.phase);
  for (let calm = 0; calm < 2;) {
    await figure.updateComplete;
    await task(calm === 0 ? 0 : 2);
    calm = busy() ? 0 : calm + 1;
    if (performance.now() - began > LONGEST_MS) expect.fail(`${what}: still ${figure.phase}`);
  }
  slow.push({ what, ms: performance.now() - began });
}

/** Of values for a property that many elements inherit each gets a part, another one each; of its own all. */
function shareOf<T>({ type }: Kind, property: string, values: readonly T[]): readonly T[] {
  if (Object.hasOwn(type.prototype as object, property)) return values;
  const part = KINDS.findIndex((kind) => kind.type === type) % PARTS;
  return values.filter((_, i) => i % PARTS === part);
}

const PARTS = 4;

/** Collects what goes wrong, and the number of results. */
function watch(figure: Figure): { readonly errors: Error[]; results: number } {
  const seen = { errors: [] as Error[], results: 0 };
  figure.addEventListener('cnn-error', ({ error }) => seen.errors.push(error));
  figure.addEventListener('cnn-result', () => seen.results++);
  return seen;
}

function isHarmless({ message }: ErrorEvent): boolean {
  return message.startsWith('ResizeObserver loop');
}

const onError = (event: ErrorEvent): void => {
  if (!isHarmless(event)) uncaught.push(`error: ${event.message}`);
};
const onRejection = ({ reason }: PromiseRejectionEvent): void => {
  uncaught.push(`rejection: ${String(reason)}`);
};

/** Sets one thing after another to absurd values and expects words, or peace; and a figure as before in the end. */
async function tryValues(
  figure: Figure,
  what: string,
  values: readonly unknown[],
  set: (value: unknown) => void,
  restore: () => void,
): Promise<void> {
  const seen = watch(figure);
  for (const value of values) {
    const where = `${what} = ${nameOf(value)}`;
    seen.errors.length = 0;
    set(value);
    await settled(figure, where);
    for (const error of seen.errors) expectWords(error, where);
    expect(figure.phase, where).to.be.oneOf(['poster', 'result', 'error']);
    if (seen.errors.length > 0) expect(figure.phase, where).to.equal('error');
    expect(uncaught, where).to.deep.equal([]);
  }
  restore();
  await settled(figure, `${what} restored`);
  if (figure.phase === 'error') await figure.restart();
  expect(figure.phase, `${what} restored: ${seen.errors.at(-1)?.message ?? ''}`).to.equal('result');
}

async function mounted(kind: Kind): Promise<Figure> {
  const figure = create(kind);
  document.body.append(figure);
  await settled(figure, `<${kind.tag}> at first`);
  expect(figure.phase, `<${kind.tag}> at first`).to.equal('result');
  return figure;
}

describe('absurd values', () => {
  before(async () => {
    const bytes = tinyNet();
    const pictures = await Promise.all([1, 2, 3, 4, 5].map(photo));
    small = {
      manifest: await manifestOf(bytes),
      src: pictures[0]!,
      painting: pictures[1]!,
      corpus: url(JSON.stringify(pictures)),
      target: '1',
      size: '16',
      stride: '16',
      steps: '2',
      octaves: '1',
      iterations: '2',
      epsilons: '2',
      count: '2',
      runs: '1',
      layers: 'second',
    };
    window.addEventListener('error', onError);
    window.addEventListener('unhandledrejection', onRejection);
  });
  after(() => {
    window.removeEventListener('error', onError);
    window.removeEventListener('unhandledrejection', onRejection);
    slow.sort((a, b) => b.ms - a.ms);
    const worst = slow.slice(0, 5).map(({ what, ms }) => `${what}: ${ms.toFixed(0)} ms`);
    console.info(`${slow.length} settings; the slowest:\n${worst.join('\n')}`);
  });
  afterEach(() => {
    document.body.replaceChildren();
    expect(uncaught.splice(0)).to.deep.equal([]);
  });

  it('finds every element and what can be set', () => {
    expect(KINDS.length).to.be.at.least(14);
    for (const { tag, attributes, properties } of KINDS) {
      const type = customElements.get(tag) as unknown as { readonly observedAttributes: readonly string[] };
      expect([...attributes.keys()].sort(), tag).to.deep.equal([...type.observedAttributes].sort());
      expect(properties.length, tag).to.be.at.least(attributes.size);
    }
  });

  for (const kind of KINDS) {
    it(`${kind.tag}: every attribute`, async function () {
      this.timeout(300_000);
      const figure = await mounted(kind);
      for (const [name, property] of kind.attributes) {
        // Without a list of its own the figure would load a real network.
        const texts = ABSURD_TEXTS.filter((value) => name !== 'manifest' || value.trim() !== '');
        await tryValues(
          figure,
          `<${kind.tag} ${name}>`,
          shareOf(kind, property, [...texts, ...(FURTHER[name] ?? [])]),
          (value) => figure.setAttribute(name, value as string),
          () => {
            if (name in small) figure.setAttribute(name, small[name]!);
            else figure.removeAttribute(name);
          },
        );
      }
    });

    it(`${kind.tag}: every property`, async function () {
      this.timeout(300_000);
      const figure = await mounted(kind);
      for (const name of kind.properties) {
        const attribute = [...kind.attributes].find(([, property]) => property === name)?.[0] ?? '';
        const values = ABSURD_VALUES.filter((value) => name !== 'manifest' || !isNothing(value));
        await tryValues(
          figure,
          `${kind.tag}.${name}`,
          shareOf(kind, name, values),
          (value) => Object.assign(figure, { [name]: value }),
          () => Object.assign(figure, { [name]: small[attribute] }),
        );
      }
    });
  }
});
