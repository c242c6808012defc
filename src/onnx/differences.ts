/** Numbers of one kind among others, as bytes. */
export interface Field {
  readonly at: number;
  readonly bytes: number;
  /** Bytes of a number: 2 and 4 are floats, others are taken byte by byte. */
  readonly unit: number;
}

/** Numbers between two pauses for the page: a millisecond or two. */
const PORTION: number = 2 ** 15;

/**
 * What numbers differ from those before, so that it packs well: floats as whole numbers in their own order (neighbours differ by 1),
 * their differences with the sign in the last bit, and the bytes of all by significance. Small differences are mostly zeros then.
 */
export async function packDifference(
  before: Uint8Array,
  after: Uint8Array,
  fields: readonly Field[],
  breathe: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Uint8Array(after.length);
  for (const { at, bytes, unit } of fields) {
    const [a, b] = [viewOf(before), viewOf(after)];
    const count = bytes / unit;
    for (let i = 0; i < count; i++) {
      if (i % PORTION === 0) await breathe();
      if (unit === 2) {
        const difference =
          ((order16(b.getUint16(at + 2 * i, true)) - order16(a.getUint16(at + 2 * i, true))) << 16) >> 16;
        spread(packed, at + i, count, 2, (difference << 1) ^ (difference >> 15));
      } else if (unit === 4) {
        const difference = (order32(b.getUint32(at + 4 * i, true)) - order32(a.getUint32(at + 4 * i, true))) | 0;
        spread(packed, at + i, count, 4, (difference << 1) ^ (difference >> 31));
      } else for (let k = at + unit * i; k < at + unit * (i + 1); k++) packed[k] = after[k]! - before[k]!;
    }
  }
  return packed;
}

/** The numbers after, of those before and a difference of {@link packDifference}. */
export async function unpackDifference(
  before: Uint8Array,
  packed: Uint8Array,
  fields: readonly Field[],
  breathe: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const after = new Uint8Array(before.length);
  const [a, b] = [viewOf(before), viewOf(after)];
  for (const { at, bytes, unit } of fields) {
    const count = bytes / unit;
    for (let i = 0; i < count; i++) {
      if (i % PORTION === 0) await breathe();
      if (unit === 2) {
        const difference = unsigned(gather(packed, at + i, count, 2));
        b.setUint16(at + 2 * i, unordered16(order16(a.getUint16(at + 2 * i, true)) + difference), true);
      } else if (unit === 4) {
        const difference = unsigned(gather(packed, at + i, count, 4));
        b.setUint32(at + 4 * i, unordered32(order32(a.getUint32(at + 4 * i, true)) + difference), true);
      } else for (let k = at + unit * i; k < at + unit * (i + 1); k++) after[k] = before[k]! + packed[k]!;
    }
  }
  return after;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

// The bits of a float are its sign and its size. Negative ones turned round and the others above them, bits are in the order of numbers.
const order16 = (bits: number): number => bits ^ (bits & 0x8000 ? 0xffff : 0x8000);
const unordered16 = (order: number): number => order ^ (order & 0x8000 ? 0x8000 : 0xffff);
const order32 = (bits: number): number => bits ^ (bits & 0x80000000 ? 0xffffffff : 0x80000000);
const unordered32 = (order: number): number => order ^ (order & 0x80000000 ? 0x80000000 : 0xffffffff);

/** The difference whose sign is its last bit. */
function unsigned(zigzag: number): number {
  return (zigzag >>> 1) ^ -(zigzag & 1);
}

/** Byte k of a number goes to plane k. */
function spread(to: Uint8Array, at: number, count: number, unit: number, value: number): void {
  for (let k = 0; k < unit; k++) to[at + k * count] = value >>> (8 * k);
}

function gather(from: Uint8Array, at: number, count: number, unit: number): number {
  let value = 0;
  for (let k = 0; k < unit; k++) value |= from[at + k * count]! << (8 * k);
  return value;
}
