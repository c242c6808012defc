import { property } from 'lit/decorators.js';
import { Corpus, corpusOfFiles, corpusOfIndex } from '../../src/internal.ts';
import { text } from './attributes.ts';
import type { FigureResult } from './events/cnn-result-event.ts';
import { CnnLabelledFigure } from './labelled-figure.ts';
import type { MaterialSource } from './material.ts';
import { t } from './languages/words.ts';

/** A figure of many pictures. */
export abstract class CnnCorpusFigure<Result extends FigureResult> extends CnnLabelledFigure<Result, Corpus> {
  /** Address of a corpus as JSON: a list of pictures, with their labels where they have any; or of a sheet of tiles. */
  @property(text()) corpus: string | undefined;
  /** Pictures instead of `corpus`: files, zip files, or a corpus. */
  @property({ attribute: false }) images: Corpus | readonly File[] | undefined;

  protected override readonly source: MaterialSource<Corpus> = {
    properties: ['corpus', 'images'],
    origin: () => this.pictures,
    fetch: (_, signal) => this.openCorpus(signal),
  };

  protected async openCorpus(signal: AbortSignal): Promise<Corpus> {
    const pictures = this.pictures!;
    if (pictures instanceof Corpus) return pictures;
    return typeof pictures === 'string' ? corpusOfIndex(pictures, { signal }) : corpusOfFiles(pictures);
  }

  protected get pictures(): string | Corpus | readonly File[] | undefined {
    return this.images ?? this.corpus;
  }

  protected override get missing(): string | undefined {
    return this.pictures === undefined ? t('No pictures yet.') : undefined;
  }
}
