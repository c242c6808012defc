import { css, html, nothing, type CSSResult, type TemplateResult } from 'lit';
import {
  toApng,
  toPicture,
  toPng,
  type ApngFrame,
  type Model,
  type Picture,
  type Snapshot,
} from '../../src/internal.ts';
import { isAbsence } from './absence.ts';
import { canvas } from './canvas.ts';
import { curve } from './curve.ts';
import type { Run } from './life-cycle.ts';
import type { Grown } from './grown.ts';
import { durationText } from './provenance.ts';
import { save } from './save.ts';
import { short } from './scale.ts';

/** Where an image is to go on from, and up to which step; undefined for a fresh one and its own number of steps. */
export interface Stretch {
  readonly from: Snapshot | undefined;
  readonly steps: number | undefined;
  readonly signal: AbortSignal;
}

/** An image to be grown. */
export interface Growth {
  readonly title: string;
  readonly grow: (stretch: Stretch) => AsyncGenerator<Snapshot, void, undefined>;
  /** It is of several parts: where it broke off it cannot be gone on with to its own end. */
  readonly inParts?: boolean;
}

/** What is kept of a snapshot. */
export interface Shot {
  readonly step: number;
  readonly picture: Picture;
  readonly terms: Snapshot['terms'];
}

/** What was kept of an image. */
interface Track {
  readonly title: string;
  readonly shots: readonly Shot[];
  readonly last: Snapshot;
  /** Of the last steps; undefined before the first. */
  readonly stepMs: number | undefined;
}

interface Host {
  requestUpdate(): void;
  restart(): Promise<void>;
}

/** Pictures kept of an image: at 224×224 pixels 13 MB. */
const MOST_SHOTS = 64;
/** How long an animation shows snapshots, and the newest. */
const FRAME_MS = 100;
const LAST_FRAME_MS = 1500;

/**
 * Images that grow step by step: keeps their snapshots, and lets the reader pause, go back, go on, and save. Several take
 * their steps in turn; where only one is looked at it takes all of its own first, and then the others one after another.
 */
export class Growing {
  readonly #host: Host;
  readonly #only: () => number | undefined;
  #titles: readonly string[] = [];
  #tracks: readonly (Track | undefined)[] = [];
  /** What the tracks were grown by. */
  #key = '';
  /** Steps of a run. */
  #steps = 0;
  #goesOn = false;
  /** The device was lost under the last run. */
  #brokeOff = false;
  #resume: (() => void) | undefined;
  /** The step that is looked at; the newest unless the reader went back. */
  #at: number | undefined;
  #saving = false;

  /** `only` says which image is looked at, by index, where it is not all of them. */
  constructor(host: Host, only: () => number | undefined = () => undefined) {
    this.#host = host;
    this.#only = only;
  }

  /** Grows images to the end. `key` says what makes them what they are: where it is the same, they can be gone on with. */
  async run<Material>(run: Run<Grown, Material>, growths: readonly Growth[], key: string): Promise<Grown> {
    const { model, signal, inGpuSlot, show, onProgress } = run;
    const mends = this.#brokeOff && !growths.some(({ inParts }) => inParts);
    const known = (this.#goesOn || mends) && key === this.#key ? this.#tracks : growths.map(() => undefined);
    const tracks = [...known];
    this.#key = key;
    this.#titles = growths.map(({ title }) => title);
    this.#tracks = tracks;
    this.#goesOn = this.#brokeOff = false;
    this.#resume = undefined;
    this.#at = undefined;
    const began = performance.now();
    const open = growths.map(({ grow }, i) => {
      const from = tracks[i]?.last;
      return grow({ from, steps: from && (mends ? from.steps : from.step + this.#steps), signal });
    });
    let live = [...open.keys()];
    let last = -1;
    const grown = (): Grown => {
      const images = tracks.flatMap((track) => (track ? [{ title: track.title, snapshot: track.last }] : []));
      return { images, ms: performance.now() - began, adapter: model.backend.adapter };
    };
    try {
      while (live.length > 0) {
        await this.#resumed(signal);
        const only = this.#only();
        const i = live.find((other) => (only === undefined ? other > last : other === only)) ?? live[0]!;
        last = i;
        const { value, ms } = await inGpuSlot(() => timed(open[i]!.next()));
        if (!value) {
          live = live.filter((other) => other !== i);
          continue;
        }
        if (!known[i]) this.#steps = value.steps;
        tracks[i] = extended(tracks[i], growths[i]!.title, value, ms, model);
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
      if (this.#tracks === tracks) this.#resume = undefined;
      this.#host.requestUpdate();
      await Promise.all(open.map((snapshots) => snapshots.return()));
    }
  }

  /** The step that is looked at. */
  get step(): number {
    return this.#at ?? Math.max(0, ...this.#shown.map(({ last }) => last.step));
  }

  /** Image `i` as it was at the step that is looked at; undefined before it is begun. */
  shotOf(i: number): Shot | undefined {
    const track = this.#tracks[i];
    return track && this.#shotAt(track, this.#at);
  }

  /** Images as they were at the step that is looked at; before there are any, the room of `count`. */
  renderImages(count: number, columns: number = Math.ceil(Math.sqrt(count))): TemplateResult {
    const only = this.#only();
    const all = [...Array(this.#titles.length || count).keys()];
    return html`<div class="images" .style=${`--_columns: ${columns}`}>
      ${(only === undefined ? all : [only]).map((i) => {
        const title = this.#titles[i] ?? '\u00a0';
        const shot = this.shotOf(i);
        return html`<div class="panel">
          <h3>${title}</h3>
          <div class="plate">${shot ? canvas(shot.picture, `${title}, step ${shot.step}`, 'image') : nothing}</div>
        </div>`;
      })}
    </div>`;
  }

  /** The objective over the steps, and what the reader can do. */
  renderTimeline(busy: boolean, fileName: string): TemplateResult {
    const tracks = this.#shown;
    const newest = Math.max(0, ...tracks.map(({ last }) => last.step));
    const at = Math.min(this.#at ?? newest, newest);
    const paused = this.#resume !== undefined;
    return html`<div class="timeline" part="timeline">
      ${curve({
        lines: tracks.map(({ title, last }) => ({
          name: title,
          points: [...last.trace].map((value, i) => [i, value] as const),
        })),
        x: 'step',
        y: 'objective',
        label: tracks.map(({ title, last }) => objectiveText(title, last)).join(' '),
        at: newest > 0 ? at : undefined,
      })}
      <label
        ><span>Look back: step ${at} of ${newest}</span>
        <input
          class="scrubber"
          type="range"
          min="0"
          max=${newest}
          .value=${String(at)}
          ?disabled=${newest === 0}
          @input=${({ target }: Event) => {
            const step = Number((target as HTMLInputElement).value);
            this.#at = step < newest ? step : undefined;
            this.#host.requestUpdate();
          }}
      /></label>
      <p class="readout" part="readout">${paused ? 'Paused. ' : ''}${readout(tracks)}</p>
      <div class="files">
        <button type="button" ?disabled=${!busy} @click=${this.#toggle}>${paused ? 'Resume' : 'Pause'}</button>
        <button type="button" ?disabled=${busy || tracks.length === 0} @click=${this.#more}>More steps</button>
        <button type="button" ?disabled=${tracks.length === 0} @click=${() => void this.#save(fileName)}>
          Save PNG
        </button>
        <button
          type="button"
          ?disabled=${newest === 0 || this.#saving}
          @click=${() => void this.#saveAnimation(fileName)}
        >
          Save animation
        </button>
      </div>
      ${tracks.flatMap(({ last }) => last.notes).map((note) => html`<p class="muted" part="note">${note}</p>`)}
    </div>`;
  }

  /** What is looked at and begun. */
  get #shown(): readonly Track[] {
    const only = this.#only();
    return this.#tracks.filter((track, i) => track !== undefined && i === (only ?? i)) as readonly Track[];
  }

  #shotAt({ shots }: Track, at: number = Infinity): Shot {
    return shots.findLast(({ step }) => step <= at) ?? shots[0]!;
  }

  /** What is looked at as it was at a step, side by side; the newest by default. */
  #pictureAt(step?: number): Picture {
    return sideBySide(this.#shown.map((track) => this.#shotAt(track, step).picture));
  }

  readonly #toggle = (): void => {
    if (this.#resume) this.#resume();
    else
      this.#resume = () => {
        this.#resume = undefined;
      };
    this.#host.requestUpdate();
  };

  readonly #more = (): void => {
    this.#goesOn = true;
    void this.#host.restart();
  };

  /** Resolves at once unless the reader has paused. */
  async #resumed(signal: AbortSignal): Promise<void> {
    if (!this.#resume) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        reject(signal.reason as DOMException);
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#resume = () => {
        signal.removeEventListener('abort', stop);
        this.#resume = undefined;
        resolve();
      };
      if (signal.aborted) stop();
    });
  }

  async #save(name: string): Promise<void> {
    save(await toPng(this.#pictureAt(this.#at)), `${name}.png`);
  }

  /** The snapshots that were kept as an animated PNG. */
  async #saveAnimation(name: string): Promise<void> {
    this.#saving = true;
    this.#host.requestUpdate();
    try {
      save(await toApng(this.#frames()), `${name}-animation.png`);
    } finally {
      this.#saving = false;
      this.#host.requestUpdate();
    }
  }

  /** At the steps of the image of which most is kept; a picture at a time, since all of them are large. */
  *#frames(): Generator<ApngFrame, void, undefined> {
    const [most] = this.#shown.map(({ shots }) => shots).sort((a, b) => b.length - a.length);
    for (const { step } of most!.slice(0, -1)) yield { picture: this.#pictureAt(step), ms: FRAME_MS };
    yield { picture: this.#pictureAt(), ms: LAST_FRAME_MS };
  }
}

async function timed(
  next: Promise<IteratorResult<Snapshot, void>>,
): Promise<{ value: Snapshot | undefined; ms: number }> {
  const began = performance.now();
  const { value } = await next;
  return { value: value ?? undefined, ms: performance.now() - began };
}

/** A track with one more snapshot; a new one where the method started again. */
function extended(
  before: Track | undefined,
  title: string,
  last: Snapshot,
  ms: number,
  { preprocessing }: Model,
): Track {
  const track = before && last.step < before.last.step ? undefined : before;
  const steps = last.step - (track?.last.step ?? 0);
  if (track && steps === 0) return { ...track, last };
  const { step, terms } = last;
  const shots = [...(track?.shots ?? []), { step, terms, picture: toPicture(last.image, preprocessing) }];
  // Every other one, but the first and the newest always
  const kept = shots.length > MOST_SHOTS ? shots.filter((_, i) => i % 2 === 0 || i === shots.length - 1) : shots;
  return { title, shots: kept, last, stepMs: steps > 0 ? ms / steps : undefined };
}

function objectiveText(title: string, { trace }: Snapshot): string {
  if (trace.length === 0) return `${title}: not begun.`;
  return `${title}: the objective went from ${short(trace[0]!)} to ${short(trace.at(-1)!)} in ${trace.length} steps.`;
}

/** Of the image that is behind the others; objectives in the order of the images. */
function readout(tracks: readonly Track[]): string {
  const [behind] = [...tracks].sort((a, b) => a.last.step - b.last.step);
  if (!behind) return '';
  const { last, stepMs } = behind;
  const pace = stepMs === undefined ? '' : `, ${durationText(stepMs)} a step`;
  const values = tracks.flatMap(({ last: { trace } }) => (trace.length > 0 ? [short(trace.at(-1)!)] : []));
  return `${last.step} of ${last.steps} steps${pace}${values.length > 0 ? `; objective ${values.join(', ')}` : ''}.`;
}

/** Pictures of one size in a row. */
function sideBySide(pictures: readonly Picture[]): Picture {
  const [{ width, height }] = pictures as [Picture];
  const row = width * pictures.length;
  const data = new Uint8ClampedArray(4 * row * height);
  for (const [i, picture] of pictures.entries())
    for (let y = 0; y < height; y++)
      data.set(picture.data.subarray(4 * width * y, 4 * width * (y + 1)), 4 * (row * y + width * i));
  return { width: row, height, data };
}

export const growingStyles: CSSResult = css`
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .images {
    display: grid;
    grid-template-columns: repeat(var(--_columns), minmax(0, 1fr));
    gap: 0.75rem;
    align-content: start;
  }
  .timeline,
  .side {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.6rem;
    align-content: start;
    min-inline-size: 0;
  }
  .timeline input.scrubber {
    inline-size: 100%;
    max-inline-size: 30rem;
  }
  .timeline .readout {
    min-block-size: 2lh;
  }
  /* The room of what is said once there is something */
  .verdict {
    min-block-size: 2lh;
  }
  figcaption [part='source'],
  figcaption [part='adapter'] {
    min-block-size: 3lh;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  @container (min-width: 40rem) {
    .body {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
`;
