import type { Tensor } from '../tensor/tensor.ts';

/** A tensor as a file that `numpy.load` reads. */
export async function toNpy(tensor: Tensor): Promise<Blob> {
  const { npyFile } = await import('./npy-file.ts');
  return npyFile(tensor);
}
