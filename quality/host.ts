/** What was measured of one subject; `recipe` tells what it was measured with. */
export interface Result {
  readonly recipe: string;
}

/** What surrounds the page: scripts/quality.mjs, which keeps results in quality/results. */
interface Host {
  /** Names of parts to run. */
  readonly parts: readonly string[];
  /** One subject of each. */
  readonly quick: boolean;
  /** Of earlier runs, by part and subject. */
  readonly known: Readonly<Record<string, Readonly<Record<string, Result>>>>;
}

export const host: Host = (globalThis as unknown as { readonly qualityHost: Host }).qualityHost;

/** What PyTorch's network comes to on the pictures that were held out. */
export interface TorchResult {
  readonly version: string;
  readonly float32: { readonly accuracy: number; readonly loss: number };
  readonly float64: { readonly accuracy: number; readonly loss: number };
}

declare function qualitySave(part: string, subject: string, result: Result): Promise<void>;
declare function qualityPicture(name: string, base64: string): Promise<void>;

declare function qualityTorch(
  settings: string,
  initial: string,
  order: string,
): Promise<{ readonly result: TorchResult; readonly float32: string; readonly float64: string }>;

/** Measures what is not known yet with this recipe, and keeps it at once. */
export async function measured<T extends Result>(
  part: string,
  subject: string,
  recipe: string,
  measure: () => Promise<Omit<T, 'recipe'>>,
): Promise<T> {
  const known = host.known[part]?.[subject];
  if (known?.recipe === recipe) return known as T;
  const result = { recipe, ...(await measure()) } as T;
  await qualitySave(part, subject, result);
  return result;
}

/** Keeps a picture in build/quality, to be looked at. */
export async function keepPicture(name: string, png: Blob): Promise<void> {
  await qualityPicture(name, toBase64(await png.arrayBuffer()));
}

/** Trains in PyTorch, from these weights in this order: quality/torch_training.py. */
export async function torchTraining(
  settings: unknown,
  initial: Float32Array<ArrayBuffer>,
  order: Uint32Array<ArrayBuffer>,
): Promise<{ readonly result: TorchResult; readonly weights: Readonly<Record<'float32' | 'float64', Float32Array>> }> {
  const files = [initial, order].map(({ buffer }) => toBase64(buffer)) as [string, string];
  const { result, float32, float64 } = await qualityTorch(JSON.stringify(settings), ...files);
  const numbers = (base64: string): Float32Array =>
    new Float32Array(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer);
  return { result, weights: { float32: numbers(float32), float64: numbers(float64) } };
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
}
