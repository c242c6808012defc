/** Cells of a register tile along an axis of `size`: few sizes, so that many layers share a pipeline. */
export function tile(size: number, largest: 4 | 8): number {
  if (size >= largest) return largest;
  return size >= 3 ? 4 : size;
}

/** Cells along an axis of `size` of the fewest tiles that are not larger than `largest`, as even as possible. */
export function evenTile(size: number, largest: number): number {
  return Math.ceil(size / Math.ceil(size / largest));
}
