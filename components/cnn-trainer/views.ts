import { whole } from '../internal/whole.ts';
import { html, nothing, type TemplateResult } from 'lit';
import type { PaintedFilters, Picture } from '../../src/internal.ts';
import { canvas } from '../internal/canvas.ts';
import { button } from '../internal/controls.ts';
import { curve } from '../internal/curve.ts';
import { brief } from '../internal/link.ts';
import { short } from '../internal/scale.ts';
import type { TrainingResult } from '../internal/training-result.ts';
import type { History } from './history.ts';
import type { Seen } from './live-training.ts';
import type { PaintedLook } from './paint.ts';
import { t } from '../internal/languages/words.ts';

/** Classes that are named below a picture. */
const LIKELIEST = 3;

/** Loss and accuracy over the steps, of what is learned and of what is held out. */
export function curvesView(history: History | undefined, result: TrainingResult | undefined): TemplateResult {
  const lines = (training: 'loss' | 'accuracy', heldOut: 'heldOutLoss' | 'heldOutAccuracy') => [
    { name: 'training', points: history?.[training].points ?? [] },
    { name: t('held out'), points: history?.[heldOut].points ?? [] },
  ];
  const [loss, accuracy] = [lines('loss', 'heldOutLoss'), lines('accuracy', 'heldOutAccuracy')];
  return html`<div class="curves" part="curves">
    ${curve({ lines: loss, x: 'step', y: t('loss, nats'), label: t`The loss over the steps. ${measuresText(result)}` })}
    ${curve({ lines: accuracy, x: 'step', y: 'accuracy', label: t('The share that is right over the steps.'), range: [0, 1] })}
    <p class="readout key">
      <svg viewBox="0 0 24 8" aria-hidden="true"><line x2="24" y1="4" y2="4" /></svg> ${t`batches that it learns`}
      <svg viewBox="0 0 24 8" aria-hidden="true"><line x2="24" y1="4" y2="4" stroke-dasharray="5 3" /></svg>
      ${t`held out`}
    </p>
  </div>`;
}

/** Loss and accuracy in words. */
export function measuresText(result: TrainingResult | undefined): string {
  if (!result) return '';
  const { loss, accuracy, heldOut } = result;
  const of = (name: string, loss: number, accuracy: number): string =>
    t`${name}: loss ${short(loss)}${Number.isNaN(accuracy) ? '' : t`, ${percent(accuracy)} right`}.`;
  return [
    Number.isNaN(loss) ? '' : of(t('Learned'), loss, accuracy),
    heldOut ? of(t`Held out, ${whole(heldOut.count)} pictures`, heldOut.loss, heldOut.accuracy) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** The filters of the first layer as they are now. */
export function filtersView(
  painted: PaintedFilters | undefined,
  { layer, isFrozen }: { readonly layer: string; readonly isFrozen: boolean },
): TemplateResult {
  const title = t`Filters of ${layer}`;
  return html`<div class="panel">
    <h3>${title}</h3>
    <div class="image-area fit coarse">${painted ? canvas(painted.picture, title, 'filters') : nothing}</div>
    <p class="readout">
      ${painted ? t`Weights from −${short(painted.largest)} to ${short(painted.largest)}.` : '\u00a0'}
      ${isFrozen ? t('Frozen: they stay as they are in the file.') : nothing}
    </p>
  </div>`;
}

export interface SampleReader {
  readonly classes: readonly string[];
  /** The class that it is of. */
  readonly label: number | undefined;
  readonly onOther: (by: number) => void;
}

/** The picture that is looked at, and what the network takes it for. */
export function sampleView(
  picture: Picture | undefined,
  seen: Seen | undefined,
  { classes, label, onOther }: SampleReader,
): TemplateResult {
  const name = label === undefined ? t('A picture') : brief(classes[label]!);
  const ranked = [...(seen?.probabilities.entries() ?? [])].sort((a, b) => b[1] - a[1]).slice(0, LIKELIEST);
  return html`<div class="panel" part="sample">
    <h3>${name}</h3>
    <div class="image-area coarse">${picture ? canvas(picture, name, 'picture') : nothing}</div>
    <ol class="likeliest">
      ${ranked.map(
        ([id, probability]) =>
          html`<li class=${id === label ? 'right' : ''} .style=${`--_share: ${probability}`}>
            <span>${brief(classes[id]!)}</span><span>${percent(probability)}</span>
          </li>`,
      )}
    </ol>
    <div class="files">
      ${button('←', () => onOther(-1), { label: 'Picture before', disabled: !picture })}
      ${button('→', () => onOther(1), { label: 'Next picture', disabled: !picture })}
    </div>
  </div>`;
}

function channelsText(painted: number, all: number): string {
  return t`${painted < all ? t`The first ${painted} of ` : ''}${all} channels, all on one scale.`;
}

/** What the network makes of the picture: the channels of a layer, and where the score of the likeliest class comes from. */
export function seenViews(
  pictures: PaintedLook | undefined,
  seen: Seen | undefined,
  { layer, classes }: { readonly layer: string; readonly classes: readonly string[] },
): TemplateResult {
  const target = seen ? brief(classes[seen.target]!) : t('the likeliest class');
  return html`<div class="panel">
      <h3>${t`Activations of ${layer}`}</h3>
      <div class="image-area fit coarse">
        ${pictures ? canvas(pictures.layer, t`Activations of ${layer}, after step ${seen!.step}`, 'activations') : nothing}
      </div>
      <p class="readout">${pictures && seen ? channelsText(pictures.channels, seen.layer.shape[0]!) : '\u00a0'}</p>
    </div>
    <div class="panel">
      <h3>${t`Saliency for ${target}`}</h3>
      <div class="image-area coarse">
        ${pictures ? canvas(pictures.saliency, t`Saliency for ${target}, after step ${seen!.step}`, 'saliency') : nothing}
      </div>
      <p class="readout">${pictures ? t`Magnitude of the gradient, up to ${short(pictures.range[1])}.` : '\u00a0'}</p>
    </div>`;
}
