import type { ReactiveController } from 'lit';
import { ArgumentError, Corpus, corpusOfFiles, type CorpusEntry } from '../../src/internal.ts';
import { folderOf } from '../../src/training.ts';
import { explain, speak, t, type Speaker } from '../internal/languages/words.ts';
import { announce } from '../internal/announcer.ts';
import { openWebcam, type Motion } from '../internal/feed.ts';

/** Pictures that a webcam takes in a second while a button is held. */
const PER_SECOND = 6;
/** Of a class: more take memory, and change little. */
const MOST_SNAPSHOTS = 100;
/** Side of what is kept of a frame, px: as much as networks look at. */
const SIDE = 256;

/** Pictures of one class. */
export interface OwnClass {
  readonly name: string;
  readonly pictures: readonly CorpusEntry[];
}

/** What a reader wants to teach: classes with pictures from folders, or from the webcam while a button is held. */
export class OwnPictures implements ReactiveController {
  readonly #host: Speaker;
  #classes: readonly OwnClass[] = [];
  #motion: Motion | undefined;
  #opening: AbortController | undefined;
  #holding: AbortController | undefined;
  #taken = 0;
  /** The class that pictures are being taken of. */
  taking: number | undefined;
  /** What went wrong last: a refused webcam, a damaged file. */
  error: Error | undefined;

  constructor(host: Speaker) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.closeWebcam();
  }

  get classes(): readonly OwnClass[] {
    return this.#classes;
  }

  /** The webcam's picture, to be kept in the page. */
  get video(): HTMLVideoElement | undefined {
    return this.#motion?.video;
  }

  get isOpening(): boolean {
    return this.#opening !== undefined && !this.#motion;
  }

  /** Enough to be told apart. */
  get isReady(): boolean {
    return this.#classes.filter(({ pictures }) => pictures.length > 0).length >= 2;
  }

  /** All pictures, labelled by their classes. */
  get corpus(): Corpus {
    const entries = this.#classes.flatMap(({ name, pictures }) => pictures.map((entry) => ({ ...entry, label: name })));
    return new Corpus(entries, JSON.stringify(entries.map(({ id, label }) => [id, label])), { title: 'Your pictures' });
  }

  /** Files that lie in a folder for each class, zip files too. */
  async take(files: readonly File[]): Promise<void> {
    this.error = undefined;
    try {
      const { entries } = await corpusOfFiles(files);
      const found = new Map<string, CorpusEntry[]>();
      for (const entry of entries.values()) {
        const name = folderOf(entry.id);
        if (name === undefined) continue;
        found.set(name, [...(found.get(name) ?? []), entry]);
      }
      if (found.size === 0) {
        throw new ArgumentError('the pictures lie in no folders', { expected: 'a folder of pictures for each class' });
      }
      for (const [name, pictures] of found) {
        const at = this.#classes.findIndex((each) => each.name === name);
        if (at < 0) this.#set([...this.#classes, { name, pictures }]);
        else this.#add(at, pictures);
      }
      announce(this.#host, () => t`${this.#classes.length} classes.`);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  addClass(): void {
    const taken = new Set(this.#classes.map(({ name }) => name));
    let number = this.#classes.length + 1;
    const name = (): string => speak(this.#host, () => t`Class ${number}`);
    while (taken.has(name())) number++;
    this.#set([...this.#classes, { name: name(), pictures: [] }]);
  }

  /** Two classes cannot have the same name: the other one's pictures are joined to it. */
  rename(at: number, name: string): void {
    const { pictures } = this.#classes[at]!;
    const other = this.#classes.findIndex((each, i) => i !== at && each.name === name);
    if (other < 0) {
      this.#set(this.#classes.with(at, { name, pictures }));
      return;
    }
    this.#add(other, pictures);
    this.remove(at);
  }

  remove(at: number): void {
    this.release();
    this.#set(this.#classes.filter((_, i) => i !== at));
  }

  async openWebcam(): Promise<void> {
    this.closeWebcam();
    this.error = undefined;
    const opening = new AbortController();
    this.#opening = opening;
    while (this.#classes.length < 2) this.addClass();
    try {
      const motion = await openWebcam(opening.signal);
      if (opening.signal.aborted) motion.close();
      else this.#motion = motion;
    } catch (cause) {
      if (!opening.signal.aborted) {
        this.#opening = undefined;
        this.#fail(cause);
      }
    }
    this.#host.requestUpdate();
  }

  closeWebcam(): void {
    this.release();
    this.#opening?.abort();
    this.#motion?.close();
    this.#opening = this.#motion = undefined;
    this.#host.requestUpdate();
  }

  /** Takes pictures of a class until {@link release}. */
  async hold(at: number): Promise<void> {
    if (!this.#motion || this.taking === at) return;
    this.release();
    const holding = new AbortController();
    const { signal } = holding;
    this.#holding = holding;
    this.taking = at;
    try {
      while (!signal.aborted && this.#classes[at]!.pictures.length < MOST_SNAPSHOTS) {
        const picture = await squareOf(this.#motion.video);
        signal.throwIfAborted();
        this.#add(at, [{ id: `snapshot ${++this.#taken}`, open: () => Promise.resolve(picture) }]);
        await new Promise((resolve) => setTimeout(resolve, 1000 / PER_SECOND));
      }
    } catch (cause) {
      if (!signal.aborted) this.#fail(cause);
    }
    if (!signal.aborted) this.release();
  }

  release(): void {
    if (this.taking === undefined) return;
    this.#holding?.abort();
    const { name, pictures } = this.#classes[this.taking]!;
    this.taking = undefined;
    announce(this.#host, () => t`${name}: ${pictures.length} pictures.`);
    this.#host.requestUpdate();
  }

  #fail(cause: unknown): void {
    const error = (this.error = cause instanceof Error ? cause : new Error(String(cause)));
    announce(this.#host, () => explain(error));
    this.#host.requestUpdate();
  }

  #add(at: number, pictures: readonly CorpusEntry[]): void {
    const own = this.#classes[at]!;
    this.#set(this.#classes.with(at, { ...own, pictures: [...own.pictures, ...pictures] }));
  }

  #set(classes: readonly OwnClass[]): void {
    this.#classes = classes;
    this.#host.requestUpdate();
  }
}

/** The middle of a frame. */
function squareOf(video: HTMLVideoElement): Promise<ImageBitmap> {
  const { videoWidth: width, videoHeight: height } = video;
  const side = Math.min(width, height);
  const [x, y] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  return createImageBitmap(video, x, y, side, side, { resizeWidth: SIDE, resizeHeight: SIDE, resizeQuality: 'medium' });
}
