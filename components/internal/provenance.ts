import type { AdapterDescription, Model } from '../../src/internal.ts';
import { t } from './languages/words.ts';
import type { OpenedFigure } from './stored/open.ts';

/** What the network was shown, and what its outputs were taken for: a figure states it, since no file does. */
export function inputText(model: Model): string {
  const { name, preprocessing } = model;
  const { height, width, channels, mean, std, resize } = preprocessing;
  const list = (values: readonly number[]): string => values.map((v) => Number(v.toFixed(1))).join(', ');
  const fit = resize === 'stretch' ? t('the picture stretched') : t`the middle of the picture scaled to ${resize}`;
  const scale = std.every((v) => v === 1) ? '' : t`, over ${list(std)}`;
  const head = model.hasHead ? t`; ${t(model.head.says)}` : '';
  const why = model.guess === undefined ? '' : t` (guessed: ${t(model.guess)})`;
  return t`${t(name)}; input ${height}×${width} px, ${fit}, ${channels} less ${list(mean)}${scale}${why}${head}.`;
}

/** Who did the arithmetic. */
export function adapterText({ backend, name, software }: AdapterDescription): string {
  if (backend === 'cpu') return t`${name} on the processor: slower than a GPU, with the same numbers.`;
  return t`${name}${software ? t(', a software adapter: the processor, not a GPU') : ''}.`;
}

/** What made a stored figure, and when. */
export function storedText({ provenance: { version, model, adapter, date } }: OpenedFigure): string {
  const where = adapter === '' ? '' : t` on ${adapter}`;
  return t`Stored on ${date.slice(0, 10)}: ${model}${where}, Unpool ${version}.`;
}

export function durationText(ms: number): string {
  return ms < 1000 ? t`${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
