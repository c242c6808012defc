import { ArgumentError } from '../../src/internal.ts';
import type { Peer, PeerBackend, Subject } from './peers.ts';
import { channelsLast, TfjsNetwork, type Tf } from './tfjs-network.ts';

/** tfjs as its scripts leave it in the page. */
type PageTf = Tf & { readonly wasm?: { setWasmPaths(folder: string): void } };

/** tfjs reads no ONNX: it gets the same network, made of its own operations. */
export async function openTfjs({ base, graph, data, shape }: Subject, backend: PeerBackend): Promise<Peer> {
  const tf = await load(`${base}@tensorflow/`, backend);
  await tf.setBackend(backend);
  await tf.ready();
  const network = new TfjsNetwork(tf, graph);
  const image = shape.length === 4 ? channelsLast(data, shape) : { data, shape };
  return {
    run: async () => {
      const y = tf.tidy(() => {
        const output = network.run(tf.tensor(image.data, [...image.shape]));
        return output.rank === 4 ? tf.transpose(output, [0, 3, 1, 2]) : output;
      });
      try {
        return await y.data();
      } finally {
        y.dispose();
      }
    },
    dispose: () => {
      network.dispose();
    },
  };
}

async function load(folder: string, backend: PeerBackend): Promise<Tf> {
  await run(`${folder}tfjs-core/dist/tf-core.min.js`);
  await run(`${folder}tfjs-backend-${backend}/dist/tf-backend-${backend}.min.js`);
  const { tf } = globalThis as unknown as { readonly tf: PageTf };
  if (backend === 'wasm') tf.wasm!.setWasmPaths(`${folder}tfjs-backend-wasm/wasm-out/`);
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
