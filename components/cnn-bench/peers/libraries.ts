import type * as Ort from 'onnxruntime-web/webgpu';
import { ArgumentError } from '../../../src/internal.ts';
import type { PeerBackend } from './peer.ts';
import type { Tf } from './tfjs-network.ts';

// Other libraries from a folder of the page's author, as in node_modules; with a slash at the end of its address.

export async function loadOrt(folder: string, backend: PeerBackend): Promise<typeof Ort> {
  const dist = `${folder}onnxruntime-web/dist/`;
  const url = `${dist}ort.${backend}.min.mjs`;
  try {
    const ort = (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as typeof Ort;
    ort.env.wasm.wasmPaths = dist;
    return ort;
  } catch (cause) {
    throw new ArgumentError('there is no onnxruntime-web', { where: 'peers', got: url, cause });
  }
}

/** tfjs as its scripts leave it in the page. */
type PageTf = Tf & { readonly wasm?: { setWasmPaths(folder: string): void } };

export async function loadTfjs(folder: string, backend: PeerBackend): Promise<Tf> {
  const scope = `${folder}@tensorflow/`;
  await run(`${scope}tfjs-core/dist/tf-core.min.js`);
  await run(`${scope}tfjs-backend-${backend}/dist/tf-backend-${backend}.min.js`);
  const { tf } = globalThis as unknown as { readonly tf: PageTf };
  if (backend === 'wasm') tf.wasm!.setWasmPaths(`${scope}tfjs-backend-wasm/wasm-out/`);
  return tf;
}

const scripts = new Map<string, Promise<void>>();

/** Its modules name each other without addresses, which pages cannot follow: the scripts can do without. */
function run(src: string): Promise<void> {
  const script = scripts.get(src) ?? append(src);
  scripts.set(src, script);
  script.catch(() => scripts.delete(src));
  return script;
}

function append(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src, crossOrigin: 'anonymous' });
    script.addEventListener('load', () => {
      resolve();
    });
    script.addEventListener('error', () => {
      script.remove();
      reject(new ArgumentError('there is no tfjs', { where: 'peers', got: src }));
    });
    document.head.append(script);
  });
}
