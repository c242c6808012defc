import { checkNumber, checkWhole } from '../../check.ts';
import { MAX_TRAINING_STEPS } from '../../limits.ts';

/** The rate of each step, counted from 0. */
export type Schedule = (step: number) => number;

/** The same rate in every step, or one for each. */
export type Rate = number | Schedule;

/** The rate of a step. Throws ArgumentError where a schedule makes none. */
export function rateAt(rate: Rate, step: number): number {
  return checkRate(typeof rate === 'function' ? rate(step) : rate);
}

export function checkRate(rate: number): number {
  return checkNumber('the rate', rate, { least: 0, most: 1e6 });
}

/** The rate times `factor` after every so many steps. */
export function stepwise(
  rate: number,
  { every, factor = 0.1 }: { readonly every: number; readonly factor?: number },
): Schedule {
  checkRate(rate);
  checkWhole('every', every, 1, MAX_TRAINING_STEPS);
  checkNumber('the factor', factor, { above: 0 });
  return (step) => rate * factor ** Math.floor(step / every);
}

/** From the rate down to the least one in half a cosine of so many steps, where it stays (Loshchilov & Hutter 2017, eq. 5). */
export function cosine(
  rate: number,
  { steps, least = 0 }: { readonly steps: number; readonly least?: number },
): Schedule {
  checkRate(rate);
  checkRate(least);
  checkWhole('steps', steps, 1, MAX_TRAINING_STEPS);
  return (step) => least + (rate - least) * 0.5 * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));
}

/** A share of the rate that grows to all of it in so many steps (Goyal et al. 2017, §2.2). */
export function warmUp(steps: number, rate: Rate): Schedule {
  checkWhole('steps', steps, 1, MAX_TRAINING_STEPS);
  return (step) => Math.min(1, (step + 1) / steps) * rateAt(rate, step);
}
