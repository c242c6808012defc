import type { Step } from '../../src/internal.ts';
import { t } from '../internal/languages/words.ts';
import { whole } from '../internal/whole.ts';

/** What a step does, such as `conv 3×3, stride 2, ReLU`. */
export function actionOf({ actions }: Step): string {
  return actions
    .map(({ title, kernel, strides, groups }) =>
      [
        kernel ? `${t(title)} ${kernel.join('×')}` : t(title),
        ...(kernel && strides.some((n) => n > 1) ? [t`stride ${[...new Set(strides)].join('×')}`] : []),
        ...(groups > 1 ? [t`${groups} groups`] : []),
      ].join(t(', ')),
    )
    .join(t(', '));
}

/** 64×55×55: without the batch. */
export function sizeText(shape: readonly number[]): string {
  return shape.slice(1).join('×');
}

/** 1.23 M: how many there are of something. */
export function amount(count: number): string {
  for (const [unit, size] of UNITS) if (count >= size) return `${Number((count / size).toPrecision(3))} ${unit}`;
  return whole(count);
}

const UNITS = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e4],
] as const;
