import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  adversarialSeries,
  ArgumentError,
  checkChoice,
  checkNumber,
  toPng,
  type Adversarial,
  type AdversarialMethod,
  type Picture,
} from '../../src/internal.ts';
import type { Attacks } from '../internal/attacks.ts';
import { numeric, text, verbatim } from '../internal/attributes.ts';
import { canvas } from '../internal/canvas.ts';
import { button, classField, number, select } from '../internal/controls.ts';
import { curve, curveStyles } from '../internal/curve.ts';
import { customElement } from '../internal/custom-element.ts';
import { CnnPictureFigure, type Drawn, type Run } from '../internal/picture-figure.ts';
import { Memo } from '../internal/memo.ts';
import { classText, percent, predictionList, predictionStyles } from '../internal/predictions.ts';
import { adapterText, inputText } from '../internal/provenance.ts';
import { save } from '../internal/save.ts';
import { figureStyles } from '../internal/styles.ts';
import { factorFor, paintChange, paintNoChange } from './paint.ts';
import { adversarialStyles } from './styles.ts';
import { t } from '../internal/languages/words.ts';

const METHODS: readonly AdversarialMethod[] = ['fgsm', 'iterative', 'pgd'];
const SOURCES: Readonly<Record<AdversarialMethod, string>> = {
  fgsm: 'One step along the sign of the gradient. Goodfellow, Shlens & Szegedy 2015, §4',
  iterative: 'Steps of 1 along the sign of the gradient. Kurakin, Goodfellow & Bengio 2017, §2',
  pgd: 'Twenty steps along the sign of the gradient from a random place within epsilon. Madry et al. 2018, §2.1',
};
/** What 8 bits can show. */
const MOST_EPSILON = 255;

/** What is shown of one epsilon. */
interface Look {
  readonly epsilon: number;
  /** Undefined for the original. */
  readonly attack: Adversarial | undefined;
}

/**
 * A picture that is changed a little so that the network takes it for something else: what was changed, what comes out as
 * 8 bits would save it, and how confidence goes with the size of the change.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - all epsilons were tried
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart picture - what the network sees of the picture
 * @csspart change - what was changed, amplified
 * @csspart changed - the changed picture
 * @csspart predictions - the likeliest classes
 * @csspart verdict - what the change did
 * @csspart curve - confidence over epsilon
 * @csspart source - method and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-adversarial')
export class CnnAdversarial extends CnnPictureFigure<Attacks> {
  static override styles: CSSResultGroup = [figureStyles, predictionStyles, curveStyles, adversarialStyles];

  /** `fgsm`, `iterative` or `pgd`. */
  @property(text('pgd')) method: AdversarialMethod = 'pgd';
  /** The class to be taken for; without it any but the label. */
  @property(text()) target: string | undefined;
  /** The class the picture is of; the network's own answer by default. */
  @property(text()) label: string | undefined;
  /** How far any pixel may move, in 8-bit steps; what is shown first. */
  @property(numeric(4)) epsilon = 4;
  /** Further epsilons, for the curve and the slider. */
  @property(verbatim('1, 2, 4, 8')) epsilons = '1, 2, 4, 8';
  /** Of each attack; the method's own number by default. */
  @property(numeric()) steps: number | undefined;
  /** Decides where `pgd` starts. */
  @property(numeric(1)) seed = 1;

  /** The epsilon the reader chose. */
  @state() private chosen: number | undefined;
  readonly #change = new Memo<Picture>();

  protected override readonly inputs: readonly string[] = [
    'method',
    'target',
    'label',
    'epsilon',
    'epsilons',
    'steps',
    'seed',
  ];

  protected override async compute(run: Run<Attacks>): Promise<Attacks> {
    const { model, material: sample, signal, inGpuSlot, show, onProgress } = run;
    const began = performance.now();
    const method = checkChoice('method', this.method, METHODS);
    const { target, label, steps, seed } = this;
    const others = parseEpsilons(this.epsilons);
    checkEpsilon('epsilon', this.epsilon);
    this.chosen = undefined;
    // What is shown first is computed first. Nothing has to be for the original.
    const wanted = [...new Set([this.epsilon, ...others])].filter((epsilon) => epsilon > 0);
    if (wanted.length === 0) {
      throw new ArgumentError('no epsilon lets anything change', {
        expected: `one above 0, at most ${MOST_EPSILON}`,
        remedy: 'Set epsilon, or list some in epsilons.',
      });
    }
    const attacks = adversarialSeries(model, sample, wanted, {
      method,
      target,
      label,
      steps,
      seed,
      signal,
      onProgress,
    });
    let tried: readonly Adversarial[] = [];
    const found = (): Attacks => ({ tried, ms: performance.now() - began, adapter: model.backend.adapter });
    try {
      for (;;) {
        const { value } = await inGpuSlot(() => attacks.next());
        if (!value) return found();
        tried = [...tried, value].sort((a, b) => a.epsilon - b.epsilon);
        show(found());
      }
    } finally {
      await attacks.return();
    }
  }

  protected override describe(drawn: Drawn<Attacks>): string {
    return this.#words(drawn, this.#look(drawn.result));
  }

  protected override paint({ model, result, material }: Drawn<Attacks>): void {
    const { attack } = this.#look(result);
    const { width, height } = material.crop;
    this.#change.of([attack, material], () => (attack ? paintChange(attack, model) : paintNoChange(width, height)));
  }

  protected override renderControls(): TemplateResult {
    return html`${select('Method', METHODS, this.method, (method) => (this.method = method))}
    ${classField(this.network?.labels ?? [], 'any but the label', this.target, (target) => (this.target = target))}
    ${number('Epsilon', { min: 0, max: MOST_EPSILON }, this.epsilon, (epsilon) => (this.epsilon = epsilon ?? 4))}
    ${number('Steps', { min: 1, placeholder: 'of the method' }, this.steps, (steps) => (this.steps = steps))}
    ${number('Seed', { min: 0 }, this.seed, (seed) => (this.seed = seed ?? 1))}`;
  }

  protected override renderFigure(): TemplateResult {
    const { current } = this;
    const look = current && this.#look(current.result);
    const before = current?.result.tried[0]?.before;
    const panel = (title: string, content: TemplateResult | typeof nothing, below: TemplateResult): TemplateResult =>
      html`<div class=${this.stale ? 'panel stale' : 'panel'}>
        <h3>${title}</h3>
        <div class="image-area">${content}</div>
        ${below}
      </div>`;
    const changed = current && (look!.attack?.picture ?? current.material.crop);
    return html`<div class="panels">
        ${panel(
          t('Original'),
          this.material ? canvas(this.material.crop, t(this.alt), 'picture') : nothing,
          predictionList(before?.top, 'Likeliest classes of the original'),
        )}
        ${panel(
          look?.attack ? t`Change, ${factorFor(look.epsilon)} times as large` : t('Change'),
          current
            ? canvas(this.#change.of([look!.attack, current.material], unpainted), t('what was changed'), 'change')
            : nothing,
          html`<p class="muted">${t`Grey: not changed.`}</p>`,
        )}
        ${panel(
          t('Result, in 8 bits'),
          changed ? canvas(changed, t`${t(this.alt)}, changed`, 'changed') : nothing,
          predictionList(look?.attack ? look.attack.saved.top : before?.top, 'Likeliest classes of the result'),
        )}
      </div>
      <div class="below">
        <div>${this.#renderSlider(current, look)}</div>
        <div>${this.#renderCurve(current, look)} ${this.#renderCaption(current)}</div>
      </div>`;
  }

  #renderSlider(current: Drawn<Attacks> | undefined, look: Look | undefined): TemplateResult {
    const all = [0, ...(current?.result.tried.map(({ epsilon }) => epsilon) ?? [])];
    const at = Math.max(0, all.indexOf(look?.epsilon ?? 0));
    return html`<label
        ><span>${t`Epsilon: ${all[at]} of 255`}</span>
        <input
          type="range"
          min="0"
          max=${all.length - 1}
          aria-valuetext=${t`epsilon ${all[at]!}`}
          .value=${String(at)}
          ?disabled=${!current}
          @input=${({ target }: Event) => (this.chosen = all[Number((target as HTMLInputElement).value)])}
      /></label>
      <p class="verdict" part="verdict">${current && look ? this.#words(current, look) : nothing}</p>
      <div class="files">${button('Save PNG', () => saveChanged(look!.attack!), { disabled: !look?.attack })}</div>`;
  }

  #renderCurve(current: Drawn<Attacks> | undefined, look: Look | undefined): TemplateResult {
    const tried = current?.result.tried ?? [];
    const [first] = tried;
    const line = (id: number): readonly (readonly [number, number])[] => [
      [0, first!.before.probability(id)],
      ...tried.map(({ epsilon, saved }) => [epsilon, saved.probability(id)] as const),
    ];
    const ids = first ? [first.label, ...(first.target === undefined ? [] : [first.target])] : [];
    const lines = ids.map((id) => ({ name: classText(current!.model, id), points: line(id) }));
    const says = lines.map(
      ({ name, points }) => t`${name}: ${points.map(([at, p]) => t`${percent(p)} at ${at}`).join(t(', '))}.`,
    );
    const names = lines.map(({ name }, i) => t`${i === 0 ? t('Solid') : t('Dashed')}: ${name}.`).join(' ');
    return html`${curve({
        lines,
        x: t('epsilon, 8-bit steps'),
        y: 'probability',
        label: says.join(' '),
        at: look?.epsilon,
        range: [0, 1],
      })}
      <p class="muted legend">${names}</p>`;
  }

  #renderCaption(current: Drawn<Attacks> | undefined): TemplateResult {
    return html`<figcaption>
      <p class="muted" part="source">
        ${Object.hasOwn(SOURCES, this.method) ? t`${t(SOURCES[this.method])}.` : nothing}
      </p>
      <p class="muted" part="adapter">
        ${current ? html`${inputText(current.model)} ${adapterText(current.result.adapter)}` : nothing}
      </p>
    </figcaption>`;
  }

  /** What the reader chose among what there is; the author's epsilon until then. */
  #look({ tried }: Attacks): Look {
    const epsilon = this.chosen ?? this.epsilon;
    const attack = tried.find((one) => one.epsilon === epsilon);
    return { epsilon: attack ? epsilon : 0, attack };
  }

  #words({ model, result }: Drawn<Attacks>, { epsilon, attack }: Look): string {
    if (!attack) {
      const label = result.tried[0];
      const sure = label
        ? t` It is ${classText(model, label.label)} to ${percent(label.before.probability(label.label))}.`
        : '';
      return t`With epsilon 0 nothing may change: this is the picture itself.${sure}`;
    }
    const { before, after, saved, label, target, fooled } = attack;
    const wanted = target ?? saved.best;
    const from = t`${classText(model, label)} goes from ${percent(before.probability(label))} to ${percent(saved.probability(label))}`;
    const to = t`${classText(model, wanted)} from ${percent(before.probability(wanted))} to ${percent(saved.probability(wanted))} (${percent(after.probability(wanted))} before rounding)`;
    const outcome = t(fooled ? 'fooled' : 'not fooled');
    return t`No value moved by more than ${epsilon} of 255 before rounding. ${from}${wanted === label ? '' : t(', ') + to}. The network is ${outcome} by the saved picture.`;
  }
}

/** `paint` has painted it already. */
function unpainted(): never {
  throw new Error('the change is not painted');
}

async function saveChanged({ picture, epsilon }: Adversarial): Promise<void> {
  save(await toPng(picture), `adversarial-${epsilon}.png`);
}

/** Numbers as `1, 2, 4`. */
function parseEpsilons(text: string): readonly number[] {
  const epsilons = [...new Set(text.split(/[\s,]+/).filter(Boolean))].map(Number);
  for (const epsilon of epsilons) checkEpsilon('epsilons', epsilon);
  return epsilons;
}

function checkEpsilon(attribute: string, epsilon: number): void {
  checkNumber(attribute, epsilon, { least: 0, most: MOST_EPSILON });
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-adversarial': CnnAdversarial;
  }
}
