import type { Tensor } from '../../src/tensor/tensor.ts';
import { host, type Answer } from '../host.ts';
import type { Peer } from './peer.ts';

type TorchScript = 'torch_attributions' | 'torch_step' | 'torch_passes' | 'torch_training';

/** A process of one of the scripts for PyTorch: what it answers, and its CPU time. */
export class TorchProcess {
  readonly #script: TorchScript;
  readonly #name: string;
  readonly #threads: number;
  #cpuMs = 0;

  constructor(script: TorchScript, name: string, threads: number) {
    this.#script = script;
    this.#name = `${name}, ${String(threads)}`;
    this.#threads = threads;
  }

  /** Null where Python has not what the script needs. */
  async ask(question: object): Promise<Answer | null> {
    const answer = await host.ask(this.#script, this.#name, { ...question, threads: this.#threads });
    this.#cpuMs = answer?.cpuMs ?? 0;
    return answer;
  }

  /** A library in this process, by its name and version; what it computes is in the answer when it is made ready. */
  peer(library: string, { result }: Answer, run: object): Peer {
    return {
      name: `${library}, ${this.#threads === 1 ? '1 thread' : `${String(this.#threads)} threads`}`,
      run: () => this.ask(run),
      cpuMs: () => Promise.resolve(this.#cpuMs),
      output: () => Promise.resolve(fromBase64(result!)),
    };
  }
}

/** What PyTorch does beside us; captum gives the last two. */
export type TorchPass = 'forward' | 'guided' | 'occlusion';

/**
 * A pass of SqueezeNet in PyTorch, in a process of its own (torch_passes.py); undefined where Python has none. Backward passes
 * are those of the first class; `patch` is that of occlusion.
 */
export async function torchPass(
  pass: TorchPass,
  { data, shape }: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
  threads: number,
  patch?: { readonly size: number; readonly stride: number; readonly batch: number },
): Promise<Peer | undefined> {
  const process = new TorchProcess('torch_passes', pass, threads);
  const image = toBase64(Float32Array.from(data));
  const ready = await process.ask({ model: 'models/squeezenet1.1.onnx', image, shape, pass, patch });
  return ready ? process.peer(ready.version, ready, { runs: 1 }) : undefined;
}

/** An attribution of many passes in PyTorch (torch_attributions.py); undefined where Python has not what it needs. */
export async function torchAttribution(
  method: string,
  { input, target, layer }: { readonly input: Tensor; readonly target: number; readonly layer: string },
  threads: number,
): Promise<Peer | undefined> {
  const process = new TorchProcess('torch_attributions', method, threads);
  const image = toBase64(Float32Array.from(input.data));
  const question = { model: 'models/squeezenet1.1.onnx', image, shape: input.shape, method, target, layer };
  const ready = await process.ask(question);
  return ready ? process.peer(ready.version, ready, { runs: 1 }) : undefined;
}

export function toBase64({ buffer }: Float32Array): string {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
}
