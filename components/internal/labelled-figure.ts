import { property } from 'lit/decorators.js';
import type { HeadKind } from '../../src/internal.ts';
import { text } from './attributes.ts';
import type { FigureResult } from './events/cnn-result-event.ts';
import { CnnFigure } from './figure.ts';
import type { NetworkSource } from './network.ts';

/** A figure of what a network says: its outputs have names, and mean something. */
export abstract class CnnLabelledFigure<Result extends FigureResult, Material = undefined> extends CnnFigure<
  Result,
  Material
> {
  /** Address of a JSON list of class names. */
  @property(text()) labels: string | undefined;
  /** Tensor of the class scores, where the one that is found in the file is not meant. */
  @property(text()) logits: string | undefined;
  /** What they mean: `one-of-many`, `several-of-many`, `yes-or-no` or `values`; found in the file by default. */
  @property(text()) head: HeadKind | undefined;

  protected override get networkSource(): NetworkSource {
    const { labels, logits, head } = this;
    return { ...super.networkSource, labels, logits, head };
  }
}
