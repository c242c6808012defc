import { bundledModels, fetchBundled } from '../bundled.ts';
import { ArgumentError } from '../errors.ts';
import { loadManifest, type ModelEntry } from '../models/manifest.ts';
import { fetchModelFiles, type ModelFiles, type ModelFilesOptions } from '../models/model-files.ts';

/** What the caller calls a network, and the list in which a name is looked up; the bundled networks by default. */
export interface FindOptions extends ModelFilesOptions {
  readonly manifest?: string | URL | undefined;
}

/** A network's file, and what its list says of it where it was asked for by a name. */
export interface FoundModel {
  readonly files: ModelFiles;
  readonly entry: ModelEntry | undefined;
  /** What `fetch` makes of the address of a further file that the entry names. */
  readonly fetchBeside: <T>(name: string, fetch: (address: string) => Promise<T>) => Promise<T>;
}

const byAddress: FoundModel['fetchBeside'] = (address, fetch) => fetch(address);

/**
 * Fetches the file of a network: of its name in a manifest (`squeezenet1.1`), of the address of an ONNX file, or a file.
 *
 * Throws ArgumentError where the manifest has no such name, ModelFetchError, ModelFormatError.
 */
export async function findModel(source: string | URL | Blob, options: FindOptions = {}): Promise<FoundModel> {
  const { manifest, signal } = options;
  if (typeof source !== 'string' || /[/]|\.onnx\b/i.test(source)) {
    return { files: await fetchModelFiles(source, options), entry: undefined, fetchBeside: byAddress };
  }
  const entries = manifest === undefined ? bundledModels() : await loadManifest(manifest, { signal });
  const entry = Object.hasOwn(entries, source) ? entries[source] : undefined;
  if (!entry) {
    throw new ArgumentError(`there is no model "${source}"`, {
      expected: `${Object.keys(entries).join(', ')}, or the address of an .onnx file`,
      ...(manifest === undefined ? {} : { where: String(manifest) }),
    });
  }
  const fetchBeside = manifest === undefined ? fetchBundled : byAddress;
  const { file, sha256, bytes } = entry;
  const files = await fetchBeside(file, (address) => fetchModelFiles(address, { ...options, sha256, bytes }));
  return { files, entry, fetchBeside };
}
