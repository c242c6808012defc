import { toPicture, type ApngFrame, type Model, type Picture, type Snapshot } from '../../../src/internal.ts';

/** What is kept of a snapshot. */
export interface Shot {
  readonly step: number;
  readonly picture: Picture;
  readonly terms: Snapshot['terms'];
}

/** What was kept of an image while it grew. */
export interface Track {
  readonly title: string;
  readonly shots: readonly Shot[];
  readonly last: Snapshot;
  /** Of the last steps; undefined before the first. */
  readonly stepMs: number | undefined;
}

/** Pictures kept of an image: at 224×224 pixels 13 MB. */
const MOST_SHOTS = 64;
/** How long an animation shows snapshots, and the newest. */
const FRAME_MS = 100;
const LAST_FRAME_MS = 1500;

/** A track with one more snapshot, that took `ms`; a new one where the method started again. */
export function extended(
  before: Track | undefined,
  { title, last, ms }: { readonly title: string; readonly last: Snapshot; readonly ms: number },
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

/** The image as it was at a step; the newest by default. */
export function shotAt({ shots }: Track, step: number = Infinity): Shot {
  return shots.findLast((shot) => shot.step <= step) ?? shots[0]!;
}

/** Images as they were at a step, side by side; the newest by default. */
export function pictureAt(tracks: readonly Track[], step?: number): Picture {
  return sideBySide(tracks.map((track) => shotAt(track, step).picture));
}

/** At the steps of the image of which most is kept; a picture at a time, since all of them are large. */
export function* framesOf(tracks: readonly Track[]): Generator<ApngFrame, void, undefined> {
  const [most] = tracks.map(({ shots }) => shots).sort((a, b) => b.length - a.length);
  for (const { step } of most!.slice(0, -1)) yield { picture: pictureAt(tracks, step), ms: FRAME_MS };
  yield { picture: pictureAt(tracks), ms: LAST_FRAME_MS };
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
