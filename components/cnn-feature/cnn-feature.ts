import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { checkChoice, featureVisualisation, objectives, parsePosition } from '../../src/internal.ts';
import { text } from '../internal/attributes.ts';
import { layerPicker, select, words } from '../internal/controls.ts';
import { customElement } from '../internal/custom-element.ts';
import type { Grown } from '../internal/growing/grown.ts';
import type { Drawn, Run } from '../internal/life-cycle.ts';
import { CnnSynthesisFigure, type Synthesis } from '../internal/synthesis-figure.ts';
import { ending } from '../internal/layer-text.ts';
import { gridOf, parseFeatures } from './features.ts';
import { t } from '../internal/languages/words.ts';

const UNITS = ['channel', 'neuron'] as const;
type Units = (typeof UNITS)[number];
const UNIT_CHOICES = [
  ['channel', 'all of a channel'],
  ['neuron', 'one unit of it'],
] as const;

/**
 * What excites channels of a layer, or single units, most: an image for each, grown from noise.
 *
 * @fires cnn-load - the network is ready
 * @fires cnn-progress - work goes on
 * @fires cnn-result - the images have had all their steps
 * @fires cnn-error - something failed
 * @slot - the figure where nothing can be computed, as in a browser without WebGPU
 * @slot caption - under the figure
 * @csspart figure - the frame
 * @csspart controls - what the reader can choose
 * @csspart image - the image of a channel
 * @csspart timeline - curve, scrubber and buttons
 * @csspart curve - the objectives over the steps
 * @csspart readout - steps done, their pace, the objectives
 * @csspart note - what went otherwise than expected
 * @csspart source - preset and publication
 * @csspart adapter - who did the arithmetic
 * @csspart status - what the figure is doing
 * @csspart error - what went wrong
 * @csspart reason - why nothing is computed here
 */
@customElement('cnn-feature')
export class CnnFeature extends CnnSynthesisFigure {
  /** Of channels that name none; the last one with a spatial extent by default. */
  @property(text()) layer: string | undefined;
  /** Channels as `3, 17, 42`, or of several layers as `fire2: 3, 17; fire5: 42`; an image is grown for each. */
  @property(text('0')) channels: string | undefined = '0';
  /** `channel`: the mean of its map; `neuron`: one unit. */
  @property(text('channel')) units: Units = 'channel';
  /** The unit as `y,x`; the one in the middle by default. */
  @property(text()) at: string | undefined;

  protected override readonly inputs: readonly string[] = [
    'layer',
    'channels',
    'units',
    'at',
    'preset',
    'steps',
    'seed',
  ];

  protected override compute(run: Run<Grown, undefined>): Promise<Grown> {
    const { model } = run;
    const layer = this.layer ?? model.layers.findLast(({ shape }) => shape.length === 4 && shape[2]! > 1)!.name;
    const units = checkChoice('units', this.units, UNITS);
    const position = this.at === undefined ? undefined : parsePosition(this.at);
    const place = typeof position === 'object' ? position : undefined;
    const features = parseFeatures(this.#channels, layer);
    // Before anything is grown
    for (const { layer: name } of features) model.resolve(name);
    const images = features.map(({ layer: name, channel }): Synthesis => {
      const objective =
        units === 'channel' ? objectives.channel(name, channel) : objectives.neuron(name, channel, place);
      return {
        title: `${ending(name)}, channel ${channel}`,
        begin: (options) => featureVisualisation(model, objective, options),
      };
    });
    return this.grow(run, images, [features, units, place]);
  }

  protected override get grid(): ReturnType<typeof gridOf> {
    return gridOf(this.#channels);
  }

  protected override get fileName(): string {
    return `feature-${this.layer ?? 'last'}`;
  }

  protected override get raised(): string {
    return t`What is raised is the ${this.units === 'neuron' ? t('activation of one unit') : t('mean of the channel’s map')}.`;
  }

  get #channels(): string {
    return this.channels?.trim() || '0';
  }

  protected override describe({ result }: Drawn<Grown, undefined>): string {
    return t`Images of ${result.images.map(({ title }) => t(title)).join('; ')} are grown.`;
  }

  protected override renderControls(): TemplateResult {
    return html`${layerPicker('Layer', 'the last with maps', this.network?.layers ?? [], this.layer, (layer) => {
      this.layer = layer;
    })}
    ${words('Channels', '0', this.channels, (channels) => (this.channels = channels))}
    ${select('Units', UNIT_CHOICES, this.units, (units) => (this.units = units))} ${this.renderSettings()}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cnn-feature': CnnFeature;
  }
}
