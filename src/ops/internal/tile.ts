/** Cells of a register tile along an axis of `size`: few sizes, so that many layers share a pipeline. */
export function tile(size: number, largest: 4 | 8): number {
  if (size >= largest) return largest;
  return size >= 3 ? 4 : size;
}
