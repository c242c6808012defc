import { expect } from 'chai';
import { ABSURD_TEXTS, ABSURD_VALUES, expectWords, nameOf } from '../support/absurd.ts';
import { onGpu } from '../support/backends.ts';
import { begun, create, KINDS, settled, smallFigure, uncaught, type Figure, type Kind } from '../support/figures.ts';
import { TINY_INPUT } from '../support/tiny.ts';

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

let small: Readonly<Record<string, string>>;
let faults: string[];
const slow: { readonly what: string; readonly ms: number }[] = [];

/** Attributes without which a figure would load a real network, or grow for as long as its preset says. */
const NEEDED: ReadonlySet<string> = new Set(['manifest', 'steps']);

/** An attribute that is missing or empty. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

const SHARES = 8;

/** Of values for a property that many elements inherit each gets a share, another one each; of its own all. */
function shareOf<T>({ type }: Kind, property: string, values: readonly T[]): readonly T[] {
  if (Object.hasOwn(type.prototype as object, property)) return values;
  const share = KINDS.findIndex((kind) => kind.type === type) % SHARES;
  return values.filter((_, i) => i % SHARES === share);
}

/** A figure that has drawn, and the errors it tells of. */
async function mounted(kind: Kind): Promise<{ readonly figure: Figure; readonly errors: Error[] }> {
  const figure = create(kind, small);
  const errors: Error[] = [];
  figure.addEventListener('cnn-error', ({ error }) => errors.push(error));
  document.body.append(figure);
  await begun(figure, kind.tag);
  expect(figure.phase, `${kind.tag}: ${errors[0]?.message ?? ''}`).to.equal('result');
  return { figure, errors };
}

/** Sets one thing after another to absurd values and expects words, or peace; and a figure as before in the end. */
async function tryValues(
  { figure, errors }: Awaited<ReturnType<typeof mounted>>,
  what: string,
  values: readonly unknown[],
  set: (value: unknown) => void,
  restore: () => void,
): Promise<void> {
  for (const value of values) {
    const where = `${what} = ${nameOf(value)}`;
    errors.length = 0;
    set(value);
    slow.push({ what: where, ms: await settled(figure, where) });
    for (const error of errors) expectWords(error, where);
    expect(figure.phase, where).to.be.oneOf(['poster', 'result', 'error']);
    if (errors.length > 0) expect(figure.phase, where).to.equal('error');
    expect(faults, where).to.deep.equal([]);
  }
  restore();
  await settled(figure, `${what} restored`);
  if (figure.phase === 'error') await figure.restart();
  expect(figure.phase, `${what} restored: ${errors.at(-1)?.message ?? ''}`).to.equal('result');
}

/** It times shaders, of which there are none on the CPU. */
const SHADER_BENCH = 'cnn-bench';

describe('absurd values', () => {
  before(async () => {
    faults = uncaught();
    small = await smallFigure();
  });
  after(() => {
    slow.sort((a, b) => b.ms - a.ms);
    const worst = slow.slice(0, 5).map(({ what, ms }) => `${what}: ${ms.toFixed(0)} ms`);
    console.warn(`${slow.length} settings; the slowest:\n${worst.join('\n')}`);
  });
  afterEach(() => {
    document.body.replaceChildren();
    expect(faults.splice(0)).to.deep.equal([]);
  });

  it('finds every element and what can be set', () => {
    expect(KINDS.length).to.be.at.least(14);
    for (const { tag, attributes, properties } of KINDS) {
      const type = customElements.get(tag) as unknown as { readonly observedAttributes: readonly string[] };
      expect([...attributes.keys()].sort(), tag).to.deep.equal([...type.observedAttributes].sort());
      expect(properties.length, tag).to.be.at.least(attributes.size);
    }
  });

  for (const kind of KINDS.filter(({ tag }) => onGpu || tag !== SHADER_BENCH)) {
    it(`${kind.tag}: every attribute`, async function () {
      this.timeout(300_000);
      const drawn = await mounted(kind);
      const { figure } = drawn;
      for (const [name, property] of kind.attributes) {
        const texts = ABSURD_TEXTS.filter((value) => !NEEDED.has(name) || value.trim() !== '');
        await tryValues(
          drawn,
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
      const drawn = await mounted(kind);
      const { figure } = drawn;
      for (const name of kind.properties) {
        const attribute = [...kind.attributes].find(([, property]) => property === name)?.[0] ?? '';
        const values = ABSURD_VALUES.filter((value) => !NEEDED.has(name) || !isNothing(value));
        await tryValues(
          drawn,
          `${kind.tag}.${name}`,
          shareOf(kind, name, values),
          (value) => Object.assign(figure, { [name]: value }),
          () => Object.assign(figure, { [name]: small[attribute] }),
        );
      }
    });
  }
});
