import { html, nothing, type TemplateResult } from 'lit';
import { announce } from '../internal/announcer.ts';
import { canvas } from '../internal/canvas.ts';
import { cursor, probe, type Cell } from '../internal/probe.ts';
import { blankScale, colourScale } from '../internal/scale.ts';
import type { Painted } from './paint.ts';
import { attributionOf, type Here, type Origin } from './result.ts';
import { titleOf } from '../internal/layer-title.ts';
import { channelText, unitText, valueText } from './words.ts';
import { t, type Speaker } from '../internal/languages/words.ts';

/** A reader before one channel. */
export interface ChannelReader {
  /** Whose language is spoken. */
  readonly speaker: Speaker;
  /** Where the reader is. */
  readonly cell: Cell | undefined;
  /** The unit that stays the origin whatever else is looked at. */
  readonly held: Origin | undefined;
  readonly stale: boolean;
  readonly onMove: (cell: Cell | undefined) => void;
  readonly onChoose: () => void;
  /** Keeps the unit as the origin, or lets it go. */
  readonly onHold: () => void;
}

/** One channel, large, with its numbers. */
export function channelView(current: Here, { plane: picture, range }: Painted, reader: ChannelReader): TemplateResult {
  const { result } = current;
  const { layer, plane, channel, layout, colormap, scale } = result;
  const size = plane.shape as unknown as Cell;
  const label = t`Channel ${channel} of ${layer}`;
  const origin = originCell(current);
  const here = layout ? reader.cell : ([0, 0] as const);
  const valueAt = ([y, x]: Cell): string => valueText(current, { channel, y, x });
  const content = html`${canvas(picture, label, 'channel')}
  ${origin && layout ? html`<span class="mark">${cursor(origin, size)}</span>` : nothing}`;
  return html`<div class="panel">
    ${titleOf(t`Channel ${channel}`, layer)}
    <div
      class="coarse"
      @keydown=${({ key }: KeyboardEvent) => {
        if (key === 'Enter') reader.onHold();
      }}
      @click=${reader.onChoose}
    >
      ${probe(content, {
        label: t`${label}. Enter holds the unit`,
        stale: reader.stale,
        size,
        cell: reader.cell,
        onMove: (cell, spoken) => {
          reader.onMove(cell);
          if (cell && spoken) announce(reader.speaker, () => valueAt(cell));
        },
      })}
    </div>
    ${colourScale(colormap, range, scale === 'tile' ? t('activation, of this channel') : t('activation, of the layer'))}
    <p class="readout" part="readout">${here ? valueAt(here) : channelText(result, channel)}</p>
  </div>`;
}

/** The room of a channel that is not there yet. */
export function blankChannel(): TemplateResult {
  return html`<div class="panel">
    <h3>${t`Channel`}</h3>
    <div class="image-area"></div>
    ${blankScale()}
    <p class="readout">&nbsp;</p>
  </div>`;
}

/** Where the unit that is sent back is, in the channel that is shown. */
function originCell({ result: { origin, layer, channel, sentBack } }: Here): Cell | undefined {
  return origin?.layer === layer && origin.channel === channel ? sentBack?.at : undefined;
}

/** What a unit sends back to the picture. */
export function sentBackView(
  current: Here | undefined,
  painted: Painted | undefined,
  { held, onHold }: Pick<ChannelReader, 'held' | 'onHold'>,
): TemplateResult {
  const picture = painted?.sentBack;
  const origin = current?.result.origin;
  return html`<div class="panel">
    <h3>${t((current && attributionOf(current.result.method)?.title) ?? 'Sent back')}</h3>
    <div class="image-area coarse">
      ${picture ? canvas(picture, t`what ${unitText(origin!)} sends back to the picture`, 'sent-back') : nothing}
    </div>
    <button type="button" class="hold" aria-pressed=${held !== undefined} ?disabled=${!origin} @click=${onHold}>
      ${t`Hold this unit`}
    </button>
    <p class="readout">
      ${origin ? t`From ${unitText(origin)}${held ? t(', held') : ''}.` : t('Choose how a unit is sent back to the picture.')}
    </p>
  </div>`;
}
