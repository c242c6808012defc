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

declare function qualitySave(part: string, subject: string, result: Result): Promise<void>;
declare function qualityPicture(name: string, base64: string): Promise<void>;

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
  const bytes = new Uint8Array(await png.arrayBuffer());
  await qualityPicture(name, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
}
