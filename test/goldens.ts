import { tensor, type DType, type Tensor } from '../src/tensor/tensor.ts';

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

/** A folder of golden values, see test/fixtures/goldens/README.md. */
export interface Golden {
  /** Everything else the manifest says: target, layers, channels… */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Reads one tensor. Throws when there is none of that name. */
  tensor(name: string): Promise<Tensor>;
}

interface Entry {
  readonly name: string;
  readonly file: string;
  readonly dtype: keyof typeof ARRAYS & DType;
  readonly shape: readonly number[];
}

export async function golden(folder: string): Promise<Golden> {
  const base = fixture(`goldens/${folder}/`);
  const manifest = (await (await fetch(new URL('manifest.json', base))).json()) as Record<string, unknown>;
  const entries = manifest['tensors'] as readonly Entry[];
  return {
    manifest,
    async tensor(name) {
      const entry = entries.find((candidate) => candidate.name === name);
      if (!entry) throw new Error(`${folder} has no "${name}"; it has ${entries.map((e) => e.name).join(', ')}`);
      const bytes = await (await fetch(new URL(entry.file, base))).arrayBuffer();
      return tensor(entry.dtype, entry.shape, new ARRAYS[entry.dtype](bytes));
    },
  };
}

/** Address of a file of test/fixtures. */
export function fixture(path: string): URL {
  return new URL(`/test/fixtures/${path}`, location.href);
}

/** Address of a file of the repository. */
export function repositoryFile(path: string): URL {
  return new URL(`/${path}`, location.href);
}
