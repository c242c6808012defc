import { css, html, nothing, type CSSResult, type TemplateResult } from 'lit';
import { toPicture, toPng, type Model, type Picture, type Snapshot } from '../../src/index.ts';
import { canvas } from './canvas.ts';
import { curve } from './curve.ts';
import type { Run } from './element.ts';
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
}

interface Shot {
  readonly step: number;
  readonly picture: Picture;
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

/**
 * Images that grow step by step: keeps their snapshots, and lets the reader pause, go back, go on, and save. Several take
 * their steps in turn.
 */
export class Growing {
  readonly #host: Host;
  #tracks: readonly (Track | undefined)[] = [];
  /** What the tracks were grown by. */
  #key = '';
  /** Steps of a run. */
  #steps = 0;
  #goesOn = false;
  #resume: (() => void) | undefined;
  /** The step that is looked at; the newest unless the reader went back. */
  #at: number | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Grows images to the end. `key` says what makes them what they are: where it is the same, they can be gone on with. */
  async run(run: Run<Grown, unknown>, growths: readonly Growth[], key: string): Promise<Grown> {
    const { model, signal, turn, show, onProgress } = run;
    const known = this.#goesOn && key === this.#key ? this.#tracks : growths.map(() => undefined);
    const tracks = [...known];
    this.#key = key;
    this.#tracks = tracks;
    this.#goesOn = false;
    this.#resume = undefined;
    this.#at = undefined;
    const began = performance.now();
    const open = growths.map(({ grow }, i) => {
      const from = tracks[i]?.last;
      return grow({ from, steps: from && from.step + this.#steps, signal });
    });
    const live = new Set(open.keys());
    const grown = (): Grown => {
      const images = tracks.flatMap((track) => (track ? [{ title: track.title, snapshot: track.last }] : []));
      return { images, ms: performance.now() - began, adapter: model.backend.adapter };
    };
    try {
      while (live.size > 0) {
        for (const i of live) {
          await this.#resumed(signal);
          const { value, ms } = await turn(() => timed(open[i]!.next()));
          if (!value) {
            live.delete(i);
            continue;
          }
          if (!known[i]) this.#steps = value.steps;
          tracks[i] = extended(tracks[i], growths[i]!.title, value, ms, model);
          show(grown());
          onProgress(
            tracks.reduce((sum, track) => sum + (track ? track.last.step / track.last.steps : 0), 0) / tracks.length,
          );
        }
      }
      return grown();
    } finally {
      if (this.#tracks === tracks) this.#resume = undefined;
      this.#host.requestUpdate();
      await Promise.all(open.map((snapshots) => snapshots.return()));
    }
  }

  /** The step that is looked at. */
  get step(): number {
    return this.#at ?? Math.max(0, ...this.#known.map(({ last }) => last.step));
  }

  /** Images as they were at the step that is looked at; before there are any, the room of `count`. */
  renderImages(count: number): TemplateResult {
    const tracks = this.#tracks.length > 0 ? this.#tracks : Array.from({ length: count }, () => undefined);
    return html`<div class="images" style="--_columns: ${Math.ceil(Math.sqrt(tracks.length))}">
      ${tracks.map(
        (track) =>
          html`<div class="panel">
            <h3>${track?.title ?? '\u00a0'}</h3>
            <div class="plate">
              ${track ? canvas(this.#shotOf(track).picture, `${track.title}, step ${this.#shotOf(track).step}`, 'image') : nothing}
            </div>
          </div>`,
      )}
    </div>`;
  }

  /** The objective over the steps, and what the reader can do. */
  renderTimeline(busy: boolean, fileName: string): TemplateResult {
    const tracks = this.#known;
    const newest = Math.max(0, ...tracks.map(({ last }) => last.step));
    const at = this.#at ?? newest;
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
      </div>
      ${tracks.flatMap(({ last }) => last.notes).map((note) => html`<p class="muted" part="note">${note}</p>`)}
    </div>`;
  }

  get #known(): readonly Track[] {
    return this.#tracks.filter((track) => track !== undefined);
  }

  #shotOf({ shots }: Track): Shot {
    const at = this.#at ?? Infinity;
    return shots.findLast(({ step }) => step <= at) ?? shots[0]!;
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
    save(await toPng(sideBySide(this.#known.map((track) => this.#shotOf(track).picture))), `${name}.png`);
  }
}

async function timed(
  next: Promise<IteratorResult<Snapshot, void>>,
): Promise<{ value: Snapshot | undefined; ms: number }> {
  const began = performance.now();
  const { value } = await next;
  return { value: value ?? undefined, ms: performance.now() - began };
}

/** A track with one more snapshot. */
function extended(
  track: Track | undefined,
  title: string,
  last: Snapshot,
  ms: number,
  { preprocessing }: Model,
): Track {
  const steps = last.step - (track?.last.step ?? 0);
  if (track && steps === 0) return { ...track, last };
  const shots = [...(track?.shots ?? []), { step: last.step, picture: toPicture(last.image, preprocessing) }];
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
