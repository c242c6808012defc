import { ModelFetchError } from '../errors.ts';
import { externalFiles } from '../onnx/read.ts';
import { fetchBytes, type FetchOptions } from './fetch.ts';
import { resolveUrl } from './internal/http.ts';

/** An ONNX file, and the files beside it that hold its weights; what `readOnnx` takes. */
export interface ModelFiles {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly external: (location: string) => Uint8Array | undefined;
}

export interface ModelFilesOptions extends FetchOptions {
  /** The files beside a model that was picked or dropped, not addressed: found by name. */
  readonly beside?: readonly File[] | undefined;
}

/**
 * Fetches a model as {@link fetchBytes} does, with the files it names (`model.onnx.data`, PyTorch's default since 2.9).
 * Each further file adds to the total that `onProgress` hears. Throws {@link ModelFetchError}, ModelFormatError.
 */
export async function fetchModelFiles(
  source: string | URL | Blob,
  options: ModelFilesOptions = {},
): Promise<ModelFiles> {
  const { beside, onProgress, signal, patience } = options;
  const bytes = await fetchBytes(source, options);
  const files = new Map<string, Uint8Array>();
  let before = bytes.length;
  for (const location of await externalFiles(bytes)) {
    const { pick, siblingUrl } = await import('./beside.ts');
    const file = await fetchBytes(
      source instanceof Blob ? pick(location, beside) : siblingUrl(resolveUrl(source, ModelFetchError), location),
      {
        signal,
        patience,
        onProgress: (loaded, total, silentMs) =>
          onProgress?.(before + loaded, total === undefined ? undefined : before + total, silentMs),
      },
    );
    before += file.length;
    files.set(location, file);
  }
  return { bytes, external: (location) => files.get(location) };
}
