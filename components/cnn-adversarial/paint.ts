import { toPicture, type Adversarial, type Model, type Picture } from '../../src/internal.ts';

/** Where a change of nothing lies. */
const GREY = 128;
/** How far from it colours go. */
const REACH = 127;

/** How often a change of this epsilon is shown as large as it is. */
export function factorFor(epsilon: number): number {
  return Math.max(1, Math.floor(REACH / epsilon));
}

/** What was changed, times a factor, about grey. */
export function paintChange({ change, epsilon }: Adversarial, { preprocessing }: Model): Picture {
  const factor = factorFor(epsilon);
  return toPicture(change, {
    ...preprocessing,
    mean: preprocessing.mean.map(() => GREY),
    std: preprocessing.std.map(() => factor),
  });
}

/** A picture without any change. */
export function paintNoChange(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(4 * width * height).fill(GREY);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, data };
}
