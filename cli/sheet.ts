import { ArgumentError, type Picture, type TopPatch, type TopPatches } from '../src/internal.ts';

/** Between two patches, px. */
const GAP_PX = 2;

/** A row of patches for each channel, above their reconstructions. What a unit at the border sees is smaller. */
export function sheetOf(channels: TopPatches['channels']): Picture {
  const patches = channels.flatMap((channel) => channel.patches);
  if (patches.length === 0) throw new ArgumentError('there is nothing to draw: no picture switches these channels on');
  const side = (of: (patch: TopPatch) => number): number => Math.max(...patches.map(of)) + GAP_PX;
  const [width, height] = [side(({ patch }) => patch.width), side(({ patch }) => patch.height)];
  const columns = Math.max(...channels.map((channel) => channel.patches.length));
  const sheet: Picture = {
    width: columns * width - GAP_PX,
    height: 2 * channels.length * height - GAP_PX,
    data: new Uint8ClampedArray((columns * width - GAP_PX) * (2 * channels.length * height - GAP_PX) * 4),
  };
  for (const [row, channel] of channels.entries()) {
    for (const [column, { patch, reconstruction }] of channel.patches.entries()) {
      place(sheet, patch, column * width, 2 * row * height);
      if (reconstruction) place(sheet, reconstruction, column * width, (2 * row + 1) * height);
    }
  }
  return sheet;
}

function place(sheet: Picture, { width, height, data }: Picture, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    sheet.data.set(data.subarray(4 * y * width, 4 * (y + 1) * width), 4 * ((top + y) * sheet.width + left));
  }
}
