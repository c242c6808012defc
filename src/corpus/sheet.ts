import { loadImage } from '../models/image.ts';
import { cropPicture, toImageData } from '../models/picture.ts';
import type { CorpusEntry } from './feed.ts';

/** Pictures that lie on one sheet, row after row, as tiles. */
export interface Sheet {
  readonly sheet: string;
  /** Width and height of a tile, px. */
  readonly tile: readonly [number, number];
  readonly classes: readonly string[];
  /** Index of each tile's class. */
  readonly labels: readonly number[];
  readonly title?: string;
  readonly source?: string;
  readonly licence?: string;
}

export function isSheet(json: object): json is Sheet {
  const { sheet, tile, classes, labels } = json as Partial<Record<keyof Sheet, unknown>>;
  return typeof sheet === 'string' && [tile, classes, labels].every(Array.isArray) && (tile as number[]).length === 2;
}

/** The pictures of a sheet, which is fetched when the first of them is opened; its address is relative to `base`. */
export function tilesOf({ sheet, tile: [width, height], classes, labels }: Sheet, base: string): CorpusEntry[] {
  let loading: ReturnType<typeof loadImage> | undefined;
  return labels.map((label, i) => ({
    id: `${sheet}, picture ${String(i)}`,
    label: classes[label],
    open: async () => {
      const picture = await (loading ??= loadImage(new URL(sheet, base)));
      const columns = Math.floor(picture.width / width);
      const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
      return toImageData(cropPicture(picture, x, y, width, height));
    },
  }));
}
