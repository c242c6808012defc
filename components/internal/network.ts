import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  ArgumentError,
  holdSharedBackend,
  parseBackend,
  parsePreprocessing,
  shown,
  type HeadKind,
  type LoadProgress,
  type Model,
} from '../../src/internal.ts';
import { leaseModel, type Lease } from './models.ts';

/** What the attributes say about a network. */
export interface NetworkSource {
  readonly model: string;
  readonly manifest: string | undefined;
  readonly preprocessing: string | undefined;
  readonly labels?: string | undefined;
  readonly logits?: string | undefined;
  readonly head?: HeadKind | undefined;
  readonly backend: string;
}

/** A figure's share in a network of the page, given back when the figure leaves it. */
export class PageNetwork implements ReactiveController {
  #lease: { readonly key: string; readonly hold: Lease } | undefined;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#release();
  }

  /**
   * The network, ready to be run: the backend is opened first, so that nothing is downloaded where there is none. The
   * network held before is given back where it is another.
   */
  async open(source: NetworkSource, signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<Model> {
    const opening = holdSharedBackend(parseBackend(source.backend));
    try {
      await opening.backend;
      signal.throwIfAborted();
      const model = await this.load(source, signal, onProgress);
      await model.open();
      signal.throwIfAborted();
      return model;
    } finally {
      opening.release();
    }
  }

  /** The network, to be looked at. */
  async load(source: NetworkSource, signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<Model> {
    const key = JSON.stringify(source);
    if (this.#lease?.key !== key) {
      const { model, manifest, preprocessing, labels, logits, head, backend } = source;
      const options = {
        manifest: manifest === undefined ? undefined : absolute('manifest', manifest),
        labels: labels === undefined ? undefined : absolute('labels', labels),
        logits,
        head,
        backend: parseBackend(backend),
        preprocessing: preprocessing === undefined ? undefined : parsePreprocessing(parseJson(preprocessing)),
      };
      this.#release();
      this.#lease = { key, hold: leaseModel(key, model, options) };
    }
    const lease = this.#lease;
    const stop = lease.hold.listen(onProgress);
    try {
      const model = await lease.hold.model;
      signal.throwIfAborted();
      return model;
    } catch (error) {
      // A network that failed is asked for again by the next run
      if (this.#lease === lease && !signal.aborted) this.#release();
      throw error;
    } finally {
      stop();
    }
  }

  #release(): void {
    this.#lease?.hold.release();
    this.#lease = undefined;
  }
}

/** Attributes are relative to the page, the manifest's own entries to the manifest. */
export function absolute(attribute: string, url: string): string {
  if (URL.canParse(url, document.baseURI)) return new URL(url, document.baseURI).href;
  throw new ArgumentError('not an address', { where: attribute, expected: 'a URL', got: shown(url) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ArgumentError('the attribute is not JSON', { where: 'preprocessing', got: shown(text), cause });
  }
}
