import { ModelFormatError } from '../src/internal.ts';

/** What a file of float32 numbers in two axes holds, as `toNpy` and `numpy.save` write it (numpy.lib.format). */
export function readNpy(
  bytes: Uint8Array,
  where: string,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const isNpy = bytes[0] === 0x93 && new TextDecoder().decode(bytes.subarray(1, 6)) === 'NUMPY';
  const start = 10 + (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  const header = isNpy ? new TextDecoder().decode(bytes.subarray(10, start)) : '';
  const [, rows, columns] = /'<f4'.*False.*\((\d+), (\d+)\)/.exec(header) ?? [];
  const shape = [Number(rows), Number(columns)];
  if (bytes.length - start === 4 * shape[0]! * shape[1]!) {
    return { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer) };
  }
  throw new ModelFormatError('no file of codes', { where, expected: 'an .npy of float32 numbers in two axes' });
}
