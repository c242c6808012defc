import type { ReactiveControllerHost } from 'lit';
import { toApng, toPng, type Snapshot } from '../../../src/internal.ts';
import { isAbsence } from '../absence.ts';
import { Bell } from '../bell.ts';
import type { Run } from '../life-cycle.ts';
import type { Phase } from '../phase.ts';
import { save } from '../save.ts';
import type { Grown } from './grown.ts';
import { extended, framesOf, pictureAt, shotAt, type Shot, type Track } from './track.ts';

/** Where an image is to go on from, and up to which step; undefined for a fresh one and the method's own number. */
export interface Stretch {
  readonly from: Snapshot | undefined;
  readonly steps: number | undefined;
  readonly signal: AbortSignal;
}

/** An image to be grown. */
export interface Growth {
  readonly title: string;
  /** Of a fresh image; the method's own number by default. */
  readonly steps?: number | undefined;
  readonly grow: (stretch: Stretch) => AsyncGenerator<Snapshot, void, undefined>;
  /** It is of several parts: where it broke off it cannot be gone on with to its own end. */
  readonly inParts?: boolean;
}

interface Host extends ReactiveControllerHost {
  readonly phase: Phase;
  restart(): Promise<void>;
}

/**
 * Images that grow step by step: keeps their snapshots, and lets the reader pause, go back, go on, and save. Several take
 * their steps in turn; where only one is looked at it takes all of its own first, and then the others one after another.
 */
export class Growing {
  /** The image that is looked at, by index; undefined for all of them. */
  only: number | undefined;
  isPaused = false;
  /** An animation is being made. */
  isSaving = false;
  titles: readonly string[] = [];

  readonly #host: Host;
  readonly #resumed = new Bell();
  #tracks: readonly (Track | undefined)[] = [];
  /** What the tracks were grown by. */
  #key = '';
  /** Steps of a run. */
  #steps = 0;
  #goesOn = false;
  /** The device was lost under the last run. */
  #brokeOff = false;
  /** The step that is looked at; the newest unless the reader went back. */
  #at: number | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Grows images to the end. `key` says what makes them what they are: where it is the same, they can be gone on with. */
  async run<Material>(run: Run<Grown, Material>, growths: readonly Growth[], key: string): Promise<Grown> {
    const { model, signal, inGpuSlot, show, onProgress } = run;
    const mends = this.#brokeOff && !growths.some(({ inParts }) => inParts);
    const known = (this.#goesOn || mends) && key === this.#key ? this.#tracks : growths.map(() => undefined);
    const tracks = [...known];
    this.#key = key;
    this.titles = growths.map(({ title }) => title);
    this.#tracks = tracks;
    this.#goesOn = this.#brokeOff = this.isPaused = false;
    this.#at = undefined;
    const began = performance.now();
    const open = growths.map(({ grow, steps }, i) => {
      const from = tracks[i]?.last;
      const to = mends ? from?.steps : from && from.step + this.#steps;
      return grow({ from, steps: to ?? steps, signal });
    });
    let live = [...open.keys()];
    let last = -1;
    const grown = (): Grown => {
      const images = tracks.flatMap((track) => (track ? [{ title: track.title, snapshot: track.last }] : []));
      return { images, ms: performance.now() - began, adapter: model.backend.adapter };
    };
    try {
      while (live.length > 0) {
        await this.#untilResumed(signal);
        const { only } = this;
        const i = live.find((other) => (only === undefined ? other > last : other === only)) ?? live[0]!;
        last = i;
        const { value, ms } = await inGpuSlot(() => timed(open[i]!.next()));
        if (!value) {
          live = live.filter((other) => other !== i);
          continue;
        }
        if (!known[i]) this.#steps = value.steps;
        tracks[i] = extended(tracks[i], { title: growths[i]!.title, last: value, ms }, model);
        show(grown());
        onProgress(
          tracks.reduce((sum, track) => sum + (track ? track.last.step / track.last.steps : 0), 0) / tracks.length,
        );
      }
      return grown();
    } catch (error) {
      this.#brokeOff = isAbsence(error);
      throw error;
    } finally {
      if (this.#tracks === tracks) this.isPaused = false;
      this.#host.requestUpdate();
      await Promise.all(open.map((snapshots) => snapshots.return()));
    }
  }

  async #untilResumed(signal: AbortSignal): Promise<void> {
    while (this.isPaused) await this.#resumed.wait(signal);
  }

  get isBusy(): boolean {
    return this.#host.phase === 'running' || this.#host.phase === 'ready';
  }

  /** What is looked at and begun. */
  get tracks(): readonly Track[] {
    return this.#tracks.filter((track, i) => track !== undefined && i === (this.only ?? i)) as readonly Track[];
  }

  get newest(): number {
    return Math.max(0, ...this.tracks.map(({ last }) => last.step));
  }

  /** The step that is looked at. */
  get step(): number {
    return this.#at ?? this.newest;
  }

  /** Image `i` as it was at the step that is looked at; undefined before it is begun. */
  shotOf(i: number): Shot | undefined {
    const track = this.#tracks[i];
    return track && shotAt(track, this.#at);
  }

  lookAt(step: number): void {
    this.#at = step < this.newest ? step : undefined;
    this.#host.requestUpdate();
  }

  togglePause(): void {
    this.isPaused = !this.isPaused;
    this.#resumed.ring();
    this.#host.requestUpdate();
  }

  goOn(): void {
    this.#goesOn = true;
    void this.#host.restart();
  }

  async saveImage(name: string): Promise<void> {
    save(await toPng(pictureAt(this.tracks, this.#at)), `${name}.png`);
  }

  /** The snapshots that were kept as an animated PNG. */
  async saveAnimation(name: string): Promise<void> {
    this.isSaving = true;
    this.#host.requestUpdate();
    try {
      save(await toApng(framesOf(this.tracks)), `${name}-animation.png`);
    } finally {
      this.isSaving = false;
      this.#host.requestUpdate();
    }
  }
}

async function timed(
  next: Promise<IteratorResult<Snapshot, void>>,
): Promise<{ value: Snapshot | undefined; ms: number }> {
  const began = performance.now();
  const { value } = await next;
  return { value: value ?? undefined, ms: performance.now() - began };
}
