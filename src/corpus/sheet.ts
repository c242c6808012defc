import { ImageError, ModelFormatError } from '../errors.ts';
import { loadImage } from '../models/image.ts';
import { cropPicture, type Picture } from '../models/picture.ts';
import type { CorpusEntry } from './entry.ts';

/** Pictures that lie on one sheet, row after row, as tiles. */
export interface Sheet {
  readonly sheet: string;
  /** Width and height of a tile, px. */
  readonly tile: readonly number[];
  readonly classes: readonly string[];
  /** Index of each tile's class. */
  readonly labels: readonly number[];
  readonly title?: string;
  readonly source?: string;
  readonly licence?: string;
}

/** An object that is meant to be one; {@link tilesOf} looks at the rest. */
export function isSheet(json: object): json is Sheet {
  const { sheet, tile, classes, labels } = json as Partial<Record<keyof Sheet, unknown>>;
  return typeof sheet === 'string' && [tile, classes, labels].every(Array.isArray);
}

/**
 * The pictures of a sheet, which is fetched when the first of them is opened; its address is relative to `base`. Tiles that
 * are not on it are pictures that cannot be read; a label that names no class is none. Throws {@link ModelFormatError}
 * where tiles have no size.
 */
export function tilesOf({ sheet, tile, classes, labels }: Sheet, base: string): CorpusEntry[] {
  const [width = 0, height = 0] = tile;
  if (tile.length !== 2 || ![width, height].every((size) => Number.isInteger(size) && size >= 1)) {
    throw new ModelFormatError('"tile" is no size', {
      where: base,
      expected: '[width, height], whole numbers of pixels from 1 on',
      got: JSON.stringify(tile).slice(0, 80),
    });
  }
  if (!URL.canParse(sheet, base)) throw new ModelFormatError('"sheet" is no address', { where: base, got: sheet });
  let loading: Promise<Picture> | undefined;
  return labels.map((label, i) => {
    const name = Number.isInteger(label) ? (classes[label] as unknown) : undefined;
    return {
      id: `${sheet}, picture ${String(i)}`,
      label: typeof name === 'string' ? name : undefined,
      open: async () => {
        const picture = await (loading ??= loadImage(new URL(sheet, base)));
        const columns = Math.floor(picture.width / width);
        const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
        if (columns === 0 || y + height > picture.height) {
          throw new ImageError('the sheet has no such tile', {
            where: `${sheet}, picture ${String(i)}`,
            expected: `${width}×${height} pixels in ${picture.width}×${picture.height}`,
          });
        }
        return cropPicture(picture, x, y, width, height);
      },
    };
  });
}
