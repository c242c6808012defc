import list from '../models/models.json' with { type: 'json' };
import { ModelFetchError, UnpoolError } from './errors.ts';
import { resolveUrl } from './models/internal/http.ts';
import { parseManifest, type Manifest } from './models/manifest.ts';
import { VERSION } from './version.ts';

/**
 * The files that come with the library, by their names in models.json. Each address is written out where
 * `import.meta.url` is, because that is what bundlers look for: they copy the file and put its new address here. This
 * module and every file of a build lie one level below the package, so the addresses also hold without a bundler. They
 * are functions because a bundle that is no module has no `import.meta.url`: there they throw.
 */
const SHIPPED: Record<string, () => URL> = {
  'squeezenet1.1-fp16.onnx': () => new URL('../models/squeezenet1.1-fp16.onnx', import.meta.url),
  'labels/imagenet-labels.json': () => new URL('../models/labels/imagenet-labels.json', import.meta.url),
};

/** The last resort: the same version on a public host, which lets every site read it. */
const PUBLIC_COPY = `https://cdn.jsdelivr.net/npm/unpool@${VERSION}/`;

const page = globalThis.document as Document | undefined;

let models: Manifest | undefined;
let chosenBase: string | URL | undefined;
/** The script that holds the library, where that is known: a classic one while it is evaluated, else by {@link standAlone}. */
let script = (page?.currentScript as HTMLScriptElement | null | undefined)?.src || undefined;
/** Which of the candidates has given a file: the others are asked for there first. */
let found = 0;

/** Says where in the package files lie that few pages ask for, so that others do not carry their addresses. */
export function addBundled(files: Readonly<Record<string, () => URL>>): void {
  Object.assign(SHIPPED, files);
}

/** The networks that come with the library; `file` and `labels` are names for {@link fetchBundled}. */
export function bundledModels(): Manifest {
  return (models ??= parseManifest(list));
}

/**
 * Says in which folder the bundled networks lie: a copy of the package's folder `models`. They are looked for nowhere else
 * then. The same without a script: `<meta name="unpool-models" content="/static/models/">`. Undefined takes it back.
 *
 * Otherwise they are looked for where the bundler has put them, in the package, beside the script, and last in the copy of
 * this version of the package on cdn.jsdelivr.net.
 */
export function setModelBase(base: string | URL | undefined): void {
  chosenBase = base;
}

/** For a script that holds all of the library: says its own address. */
export function standAlone(address: string): void {
  script = address;
}

/**
 * What `fetch` makes of the first address that has a file of the package's folder `models`. An address that does not give
 * the file, for whatever reason, is passed over. Throws {@link ModelFetchError} with all that were tried.
 */
export async function fetchBundled<T>(name: string, fetch: (address: string) => Promise<T>): Promise<T> {
  const addresses = candidates(name);
  const order = [...new Set([addresses[found] ?? addresses[0]!, ...addresses])];
  const failures: UnpoolError[] = [];
  for (const address of order) {
    try {
      const file = await fetch(address);
      found = addresses.indexOf(address);
      return file;
    } catch (error) {
      if (!(error instanceof UnpoolError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0]!;
  throw new ModelFetchError('a file that comes with the library is nowhere to be found', {
    where: name,
    got: failures.map(({ details }, i) => `${details.got ?? 'no answer'} from ${order[i]!}`).join(', '),
    remedy:
      'Copy the folder "models" of the package to your site and name it: <meta name="unpool-models" content="…"> or setModelBase().',
    cause: failures,
  });
}

/**
 * Where a file of the package's folder dist may lie, for the script that holds all of the library but this: beside it, else in the
 * public copy, unless a page has named a folder of its own.
 */
export function addressesBeside(name: string): readonly string[] {
  const own =
    script === undefined ? [] : [isShort(script) ? `${withoutQuery(script)}/dist/${name}` : new URL(name, script).href];
  return givenBase() === undefined ? [...own, `${PUBLIC_COPY}dist/${name}`] : own;
}

/** A module that lies there. Throws {@link ModelFetchError}. */
export async function importBeside<T>(name: string): Promise<T> {
  const addresses = addressesBeside(name);
  let cause: unknown;
  for (const address of addresses) {
    try {
      return (await import(/* @vite-ignore */ address)) as T;
    } catch (error) {
      cause = error;
    }
  }
  const remedy = `Copy "dist/${name}" of the package beside the script.`;
  throw new ModelFetchError('a part of the library could not be loaded', {
    where: addresses.join(', '),
    remedy,
    cause,
  });
}

function givenBase(): string | URL | undefined {
  return chosenBase ?? page?.querySelector<HTMLMetaElement>('meta[name=unpool-models]')?.content;
}

/** Where a file may lie, the likeliest first. */
function candidates(name: string): string[] {
  const base = givenBase();
  if (base !== undefined) return [resolveUrl(`${String(base).replace(/\/*$/, '/')}${name}`, ModelFetchError).href];
  const shipped = shippedAddress(name);
  return [
    ...new Set([
      ...(isShort(script) ? [] : shipped),
      ...besideScript(name),
      ...shipped,
      `${PUBLIC_COPY}models/${name}`,
    ]),
  ];
}

/**
 * None where there is no address, or none that a page may read. Vite's server (up to version 7) gathers packages in a folder
 * of its own, and leaves addresses in them as they were.
 */
function shippedAddress(name: string): string[] {
  try {
    const { href, protocol } = SHIPPED[name]!();
    return protocol === 'file:' && page && !page.baseURI.startsWith('file:')
      ? []
      : [href.replace('/node_modules/.vite/', '/node_modules/unpool/')];
  } catch {
    return [];
  }
}

function besideScript(name: string): string[] {
  if (script === undefined) return [];
  const folders = isShort(script) ? [`${withoutQuery(script)}/models/`] : ['../models/', 'models/'];
  return folders.map((folder) => new URL(folder + name, script).href);
}

/** `https://cdn.example/npm/unpool@1.2.3` is the script's address and the package's at once. */
function isShort(address: string | undefined): boolean {
  return address !== undefined && !/\.m?js$/.test(withoutQuery(address));
}

function withoutQuery(address: string): string {
  return address.split(/[?#]/)[0]!;
}
