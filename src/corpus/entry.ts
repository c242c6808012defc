import type { ImageSource } from '../models/image.ts';

/** A picture of a corpus. */
export interface CorpusImage {
  /** Unique in its corpus. */
  readonly id: string;
  readonly image: ImageSource;
  /** What it is of, where its corpus says so. */
  readonly label?: string | undefined;
  /** Title, author and licence. */
  readonly credit?: string | undefined;
  /** Where it was published. */
  readonly source?: string | undefined;
}

/** A picture that is opened when its turn comes. */
export interface CorpusEntry extends Omit<CorpusImage, 'image'> {
  open(): Promise<ImageSource>;
}
