import { rename, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { toNpy, toPng, type Picture, type Tensor } from '../src/internal.ts';
import { UsageError } from './command.ts';

/** What a file may hold. */
export interface Contents {
  readonly picture: () => Picture;
  readonly tensor: () => Tensor;
}

/** Throws {@link UsageError} where a file of this name cannot be written: before anything long is begun. */
export function checkOut(file: string | undefined, kinds: readonly string[]): void {
  if (file === undefined || kinds.includes(extname(file).toLowerCase())) return;
  throw new UsageError(`--out: "${file}" ends with none of ${kinds.join(', ')}`);
}

/** A PNG or an NPY, by the ending of its name. */
export async function writeResult(file: string, { picture, tensor }: Contents): Promise<void> {
  if (extname(file).toLowerCase() === '.npy') await writeTensor(file, tensor());
  else await writePicture(file, picture());
}

export async function writePicture(file: string, picture: Picture): Promise<void> {
  await replaceFile(file, new Uint8Array(await (await toPng(picture)).arrayBuffer()));
}

export async function writeTensor(file: string, tensor: Tensor): Promise<void> {
  await replaceFile(file, new Uint8Array(await (await toNpy(tensor)).arrayBuffer()));
}

/** Writes a file that is whole at any time: who is broken off leaves the one before, and two writers do not mix. */
export async function replaceFile(file: string, contents: Uint8Array | string): Promise<void> {
  const partial = `${file}.${process.pid}.part`;
  await writeFile(partial, contents);
  await rename(partial, file);
}
