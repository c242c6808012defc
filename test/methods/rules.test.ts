import { expect } from 'chai';
import { loadModel } from '../../src/engine/load.ts';
import type { Backend } from '../../src/engine/backend.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { RULES } from '../../src/graph/differentiate.ts';
import { backpropagate, type Attribution, type RuleSetName } from '../../src/methods/parts/backpropagate.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { relativeL2 } from '../goldens/report.ts';
import { fixture, golden, repositoryFile, type Golden } from '../goldens.ts';
import { openBackend } from '../support/backends.ts';

const RULE_NAMES: readonly RuleSetName[] = ['gradient', 'guided', 'deconvnet'];
const BOUND = 1e-5;

interface Row {
  readonly title: string;
  readonly file: string;
}

const rules = await golden('rules');
const rows = rules.manifest['rows'] as readonly Row[];

/** The network of a row, its input, and the maps that PyTorch made of it under {@link RULE_NAMES}. */
class Case {
  readonly #model: Model;
  readonly #sample: Sample;
  readonly expected: readonly Float32Array[];

  private constructor(model: Model, sample: Sample, expected: readonly Float32Array[]) {
    this.#model = model;
    this.#sample = sample;
    this.expected = expected;
  }

  static async open({ title, file }: Row, backend: Backend, { tensor }: Golden): Promise<Case> {
    const { shape, data } = await tensor(title);
    const [, channels, height, width] = shape as [number, number, number, number];
    const size = sizeOf([channels, height, width]);
    const [input, ...expected] = Array.from({ length: 1 + RULE_NAMES.length }, (_, i) =>
      Float32Array.from(data.subarray(i * size, (i + 1) * size)),
    );
    const preprocessing = {
      channels: 'RGB',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: 'stretch',
      height,
      width,
    } as const;
    const model = await loadModel(fixture(`goldens/rules/${file}`), { backend, preprocessing });
    const placement = { scaleX: 1, scaleY: 1, x: 0, y: 0 };
    const sample = {
      crop: blankPicture(width, height),
      placement,
      input: float32([1, channels, height, width], input!),
    };
    return new Case(model, sample, expected);
  }

  readonly under = (name: RuleSetName): Promise<Attribution> => {
    return backpropagate(this.#model, this.#sample, { from: rules.manifest['target'] as number, rules: RULES[name] });
  };

  dispose(): void {
    this.#model.dispose();
  }
}

describe('rules of activation functions', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend();
  });
  after(() => {
    backend.dispose();
  });

  async function withCase<T>(title: string, work: (found: Case) => Promise<T>): Promise<T> {
    const found = await Case.open(
      rows.find((row) => row.title === title)!,
      backend,
      rules,
    );
    try {
      return await work(found);
    } finally {
      found.dispose();
    }
  }

  for (const { title } of rows) {
    it(`${title}: as PyTorch’s hooks have it`, () =>
      withCase(title, async ({ expected, under }) => {
        const errors: Record<string, number> = {};
        for (const [i, name] of RULE_NAMES.entries()) {
          errors[name] = relativeL2((await under(name)).map.data, expected[i]!);
        }
        for (const [name, error] of Object.entries(errors)) expect(error, name).to.be.below(BOUND);
      }));
  }

  it('the table of docs/rules.md has these rows', async () => {
    const page = await (await fetch(repositoryFile('docs/rules.md'))).text();
    const table = [...page.matchAll(/^\| (.+?) \|.*\|.*\|.*\|$/gm)].map(([, title]) => title!);
    expect(table.slice(1)).to.deep.equal(rows.map(({ title }) => title));
  });

  it('are said by the notes of a map, unless all that is there is ReLU', async () => {
    const elsewhere = 'the gradient everywhere else.';
    const smooth = 'the gradient of the positive part of the signal at';
    const notes: Record<string, string | undefined> = {
      ReLU: undefined,
      'Clip, ReLU6': `Rules at work: guided at 2 clip; ${elsewhere}`,
      'GELU written out with Erf': `Rules at work: ${smooth} 2 written out with erf; ${elsewhere}`,
      'Squeeze-and-excite': `Rules at work: guided at 4 ReLU; ${smooth} 2 sigmoid; ${elsewhere}`,
    };
    for (const [title, note] of Object.entries(notes)) {
      await withCase(title, async ({ under }) => {
        expect((await under('gradient')).notes, title).to.deep.equal([]);
        const [warning, ...others] = (await under('guided')).notes;
        expect(warning).to.contain('Adebayo');
        expect(others, title).to.deep.equal(note === undefined ? [] : [note]);
      });
    }
  });
});
