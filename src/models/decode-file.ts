import { ImageError, UnsupportedEnvironmentError } from '../errors.ts';
import { builtin } from './internal/builtin.ts';
import { checkSize, sizeOfFile } from './picture-size.ts';
import type { Picture } from './picture.ts';
import { orientationOfPng, turned } from './turn.ts';

/** A package that decodes pictures, and the WebAssembly in it. They are installed by whoever needs them: pages do not. */
interface Package {
  readonly name: string;
  readonly module: string;
  readonly wasm: string;
}

/** What the three have in common; each is told its WebAssembly, which their own `fetch` would not find on a disk. */
interface Decoder {
  init(module: WebAssembly.Module, options?: object): Promise<unknown>;
  default(file: ArrayBuffer, options?: object): Promise<Picture>;
}

const PACKAGES = {
  JPEG: { name: '@jsquash/jpeg', module: 'decode.js', wasm: 'codec/dec/mozjpeg_dec.wasm' },
  PNG: { name: '@jsquash/png', module: 'decode.js', wasm: 'codec/pkg/squoosh_png_bg.wasm' },
  WebP: { name: '@jsquash/webp', module: 'decode.js', wasm: 'codec/dec/webp_dec.wasm' },
} as const satisfies Record<string, Package>;

type Format = keyof typeof PACKAGES;

const loaded = new Map<Format, Promise<(file: ArrayBuffer) => Promise<Picture>>>();

/**
 * The pixels of a picture file where there is no browser to decode it: PNG, JPEG and WebP, turned the way EXIF says, no colour
 * management. Throws {@link ImageError}, {@link UnsupportedEnvironmentError} naming the package that is not installed.
 */
export async function decodeFile(file: Blob, where: string): Promise<Picture> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [format, size] = [formatOf(bytes), await sizeOfFile(file)];
  if (!format || !size) throw unreadable(file, where);
  checkSize(size, where);
  const decode = await decoderOf(format, where);
  try {
    const { width, height, data } = await decode(bytes.buffer);
    // The decoder of JPEG turns by itself; for WebP browsers do not.
    return turned({ width, height, data }, format === 'PNG' ? orientationOfPng(bytes) : 1);
  } catch (cause) {
    throw unreadable(file, where, cause);
  }
}

function unreadable({ size, type }: Blob, where: string, cause?: unknown): ImageError {
  return new ImageError('not a picture that can be read here', {
    where,
    expected: 'PNG, JPEG (grey or RGB) or WebP',
    got: `${size} bytes of ${type || 'an unknown type'}`,
    cause,
  });
}

function formatOf(bytes: Uint8Array): Format | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith('\xff\xd8')) return 'JPEG';
  if (text.startsWith('\x89PNG')) return 'PNG';
  return /^RIFF.{4}WEBP/s.test(text) ? 'WebP' : undefined;
}

function decoderOf(format: Format, where: string): Promise<(file: ArrayBuffer) => Promise<Picture>> {
  const known = loaded.get(format);
  if (known) return known;
  const loading = load(format, where);
  loaded.set(format, loading);
  // It may be installed before the next picture comes.
  loading.catch(() => loaded.delete(format));
  return loading;
}

async function load(format: Format, where: string): Promise<(file: ArrayBuffer) => Promise<Picture>> {
  const { name, module, wasm } = PACKAGES[format];
  let decoder: Decoder;
  let compiled: WebAssembly.Module;
  try {
    const { resolve } = builtin('node:module')!.createRequire(import.meta.url);
    const { href } = builtin('node:url')!.pathToFileURL(resolve(`${name}/${module}`));
    // Bundlers are to leave it alone: it is looked for when a picture comes.
    decoder = (await import(/* @vite-ignore */ /* webpackIgnore: true */ href)) as Decoder;
    compiled = await WebAssembly.compile(await builtin('node:fs/promises')!.readFile(resolve(`${name}/${wasm}`)));
  } catch (cause) {
    throw new UnsupportedEnvironmentError(`there is nothing here that decodes ${format}`, {
      where,
      expected: `the package ${name}`,
      remedy: `Install it: npm install ${name}. Or give pixels: { width, height, data }.`,
      cause,
    });
  }
  return async (file) => {
    const log: string[] = [];
    // An instance for each picture: memory of WebAssembly never shrinks, and what a damaged file leaves behind goes with it.
    void decoder.init(compiled, { printErr: (line: string) => log.push(line), quit });
    try {
      const picture = await decoder.default(file, { preserveOrientation: true });
      // Half a picture is none, as in browsers.
      if (!log.some((line) => line.startsWith('Premature end'))) return picture;
    } catch (cause) {
      if (log.length === 0) throw cause;
    }
    throw new Error(log.join(', '));
  };
}

/** A decoder that gives up would set this process's exit code. */
function quit(_status: number, reason: unknown): never {
  throw reason;
}
