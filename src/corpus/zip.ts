import { unzipSync } from 'fflate';
import { ArgumentError } from '../errors.ts';
import type { CorpusEntry } from './feed.ts';

/**
 * The files in a zip file, each unpacked when it is opened. A damaged one is an empty file, which whoever reads the
 * pictures will name. Throws {@link ArgumentError} where it is no zip file.
 */
export async function entriesOfZip(zip: File): Promise<CorpusEntry[]> {
  const bytes = new Uint8Array(await zip.arrayBuffer());
  const names: string[] = [];
  try {
    unzipSync(bytes, {
      filter: ({ name }) => {
        names.push(name);
        return false;
      },
    });
  } catch (cause) {
    throw new ArgumentError('not a zip file this page can read', { where: zip.name, cause });
  }
  return names.map((name) => ({ id: name, open: () => Promise.resolve(unpacked(bytes, name)) }));
}

function unpacked(bytes: Uint8Array, name: string): File {
  try {
    const content = unzipSync(bytes, { filter: (entry) => entry.name === name })[name] as Uint8Array<ArrayBuffer>;
    return new File([content], name);
  } catch {
    return new File([], name);
  }
}
