import { html, nothing, type TemplateResult } from 'lit';
import { tileCorner, unitAt, type MosaicLayout, type MosaicUnit, type Picture } from '../../src/internal.ts';
import { canvas } from '../internal/canvas.ts';
import { percentOf, probe } from '../internal/probe.ts';
import type { Here } from './result.ts';
import { ending } from '../internal/layer-text.ts';
import { valueText } from './words.ts';
import { t } from '../internal/languages/words.ts';

/** A mosaic or bars with fewer pixels are shown with hard edges. */
const COARSE_PX = 480;

/** A reader before all channels of a layer. */
export interface LayerReader {
  /** The channel that is shown large. */
  readonly channel: number | undefined;
  /** Where the pointer is. */
  readonly pointed: MosaicUnit | undefined;
  readonly stale: boolean;
  readonly onPoint: (unit: MosaicUnit | undefined) => void;
  /** `spoken`: by the keyboard, so that it is to be told. */
  readonly onChoose: (channel: number, spoken: boolean) => void;
  /** The reader goes so many channels on. */
  readonly onStep: (by: number) => void;
  /** The reader goes from the mosaic into the channel. */
  readonly onEnter: () => void;
}

/** All channels of a layer, as a mosaic on `mosaic`, or as bars where they have no spatial extent. */
export function layerView(
  current: Here,
  mosaic: HTMLCanvasElement,
  bars: Picture | undefined,
  reader: LayerReader,
): TemplateResult {
  const { layer, extents, plane, layout } = current.result;
  const { pointed } = reader;
  const size = layout ? t`, ${plane.shape.join('×')} each` : t(', without spatial extent');
  return html`<div class="panel">
    <h3>${t`${ending(layer)}: ${extents.shape[0]} channels${size}`}</h3>
    ${layout ? mosaicView(layer, mosaic, layout, reader) : barsView(current, bars!, reader)}
    <p class=${pointed ? 'readout' : 'readout hint'} part="readout">
      ${pointed ? valueText(current, pointed) : t('Point at it to read values; choose a channel to see it large.')}
    </p>
  </div>`;
}

function mosaicView(
  layer: string,
  mosaic: HTMLCanvasElement,
  layout: MosaicLayout,
  { channel, stale, onPoint, onChoose, onStep, onEnter }: LayerReader,
): TemplateResult {
  const { height, width, tile, channels, columns } = layout;
  const place = (of: number): string => {
    const [left, top] = tileCorner(layout, of);
    return `left: ${percentOf(left / width)}; top: ${percentOf(top / height)}; width: ${percentOf(tile.width / width)}; height: ${percentOf(tile.height / height)}`;
  };
  const under = (event: PointerEvent | MouseEvent): MosaicUnit | undefined => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    return unitAt(layout, x, ((event.clientY - box.top) / box.height) * height);
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step === undefined) onEnter();
    else onStep(step);
  };
  const isShown = Number.isInteger(channel) && channel! >= 0 && channel! < channels;
  const shape = `inline-size: ${percentOf(Math.min(1, width / height))}; block-size: ${percentOf(Math.min(1, height / width))}`;
  return html`<div class="image-area frame">
    <div
      class="probe ${stale ? 'stale' : ''} ${width < COARSE_PX ? 'coarse' : ''}"
      .style=${shape}
      tabindex="0"
      role="application"
      aria-roledescription=${t`grid of channels`}
      aria-label=${t`Channels of ${layer}. The arrow keys go from one to the next, Enter goes into it.`}
      @pointermove=${(event: PointerEvent) => {
        onPoint(under(event));
      }}
      @pointerleave=${() => {
        onPoint(undefined);
      }}
      @click=${(event: MouseEvent) => {
        const unit = under(event);
        if (unit) onChoose(unit.channel, false);
      }}
      @keydown=${press}
    >
      ${mosaic} ${isShown ? html`<span class="cursor" .style=${place(channel!)}></span>` : nothing}
    </div>
  </div>`;
}

function barsView(
  { result: { layer, extents } }: Here,
  bars: Picture,
  { channel, pointed, stale, onPoint, onChoose }: LayerReader,
): TemplateResult {
  const count = extents.shape[0]!;
  const at = pointed?.channel ?? channel;
  let under = pointed?.channel;
  const choose = (): void => {
    if (under !== undefined) onChoose(under, false);
  };
  return html`<div
    class="image-area frame ${count < COARSE_PX ? 'coarse' : ''}"
    @click=${choose}
    @keydown=${({ key }: KeyboardEvent) => {
      if (key === 'Enter') choose();
    }}
  >
    ${probe(canvas(bars, t`the numbers of ${layer} as bars`, 'bars'), {
      label: t`The numbers of ${layer}`,
      stale,
      size: [1, count],
      cell: at === undefined ? undefined : [0, at],
      onMove: (cell, spoken) => {
        under = cell?.[1];
        onPoint(cell && { channel: cell[1], y: 0, x: 0 });
        if (cell && spoken) onChoose(cell[1], true);
      },
    })}
  </div>`;
}
