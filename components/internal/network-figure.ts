import { property } from 'lit/decorators.js';
import { ArgumentError, type Unit } from '../../src/internal.ts';
import { text } from './attributes.ts';
import type { FigureResult } from './events/cnn-result-event.ts';
import { CnnSelectEvent } from './events/cnn-select-event.ts';
import { CnnLabelledFigure } from './labelled-figure.ts';

/** What a figure can be told to look at. */
interface Follower extends HTMLElement {
  layer?: string | undefined;
  channel?: number | undefined;
  channels?: string | undefined;
}

/** A figure of the network itself, in which readers choose a layer that other figures then show. */
export abstract class CnnNetworkFigure<Result extends FigureResult> extends CnnLabelledFigure<Result> {
  /** Ids of the elements that follow: what the reader chooses here becomes their `layer`, and their `channel` or `channels`. */
  @property({ ...text(), attribute: 'for' }) htmlFor: string | undefined;

  protected override readonly needsBackend: boolean = false;
  /** Tells the page, and the elements of `for`, what the reader chose. */
  protected select(layer: string, unit?: Unit): void {
    this.dispatchEvent(new CnnSelectEvent(layer, unit));
    const root = this.getRootNode() as Document | ShadowRoot;
    for (const id of this.htmlFor?.split(/\s+/).filter(Boolean) ?? []) {
      const follower: Follower | null = root.getElementById(id);
      if (follower) follow(follower, layer, unit?.channel);
      else this.fail(new ArgumentError('there is no such element to follow', { where: 'for', got: `"${id}"` }));
    }
  }
}

/** Channels of the layer before mean nothing in another one. */
function follow(follower: Follower, layer: string, channel: number | undefined): void {
  follower.layer = layer;
  if ('channel' in follower) follower.channel = channel;
  if ('channels' in follower) follower.channels = channel === undefined ? undefined : String(channel);
}
