import type { MosaicUnit } from '../../src/internal.ts';
import { short } from '../internal/scale.ts';
import type { ActivationsResult, Here, Origin } from './result.ts';
import { t } from '../internal/languages/words.ts';

export function unitText({ layer, channel, at }: Origin): string {
  return t`${layer}, channel ${channel}${at === 'max' ? t(', the strongest unit') : t` at (${at.join(', ')})`}`;
}

export function channelText({ extents }: ActivationsResult, channel: number): string {
  const [low, high] = extents.data.subarray(3 * channel);
  return t`Channel ${channel}: ${short(low!)} to ${short(high!)}`;
}

export function valueText({ model, result }: Here, { channel, y, x }: MosaicUnit): string {
  const { values, plane, layout } = result;
  const [height, width] = plane.shape as [number, number];
  const at = y * width + x;
  const known = values
    ? values.data[channel * height * width + at]
    : channel === result.channel
      ? plane.data[at]
      : undefined;
  const value = known === undefined ? '…' : short(known);
  if (layout) return t`Channel ${channel}, x ${x}, y ${y}: ${value}`;
  const named = result.extents.shape[0] === model.labels.length;
  return `${named ? `${model.labels[channel]!.name} (${channel})` : t`Unit ${channel}`}: ${value}`;
}
