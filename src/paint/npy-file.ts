import type { DType, Tensor } from '../tensor/tensor.ts';

const DESCRIPTIONS: Readonly<Record<DType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  int64: '<i8',
  uint32: '<u4',
  uint8: '|u1',
  bool: '|b1',
};

/**
 * A tensor as a file that `numpy.load` reads. Format 1.0: magic, version, length of the header, the header as a Python
 * dictionary padded to a multiple of 64 bytes, the numbers in little-endian C order (numpy.lib.format).
 */
export function npyFile({ dtype, shape, data }: Tensor): Blob {
  const tuple = shape.length === 1 ? `(${shape.join()},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = 10;
  const length = Math.ceil((before + header.length + 1) / 64) * 64 - before;
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8);
  const numbers = dtype === 'int64' ? BigInt64Array.from(data as Float64Array, BigInt) : data;
  return new Blob([start, header.padEnd(length - 1) + '\n', numbers as Float32Array<ArrayBuffer>]);
}
