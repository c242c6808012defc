import type { CorpusImage } from '../../src/corpus/entry.ts';
import { blankPicture, toImageData } from '../../src/models/picture.ts';
import { Random } from '../support/random.ts';

/** Pictures of noise, 32 px wide and high, named `0`, `1`, …; every fifth one as dark as it can be. */
export function noise(count: number): CorpusImage[] {
  const random = new Random(21);
  return Array.from({ length: count }, (_, i) => {
    const picture = blankPicture(32, 32);
    picture.data.forEach((_, at) => {
      picture.data[at] = at % 4 === 3 ? 255 : i % 5 === 4 ? 0 : 256 * random.next();
    });
    return { id: String(i), image: toImageData(picture) };
  });
}

/** A list as a corpus that loads. */
export async function* streamed<T>(list: readonly T[]): AsyncGenerator<T, void, undefined> {
  for (const item of list) yield await Promise.resolve(item);
}
