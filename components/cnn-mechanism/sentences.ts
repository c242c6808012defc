import type { Model } from '../../src/internal.ts';
import {
  sumOf,
  unravel,
  type Forward,
  type Mechanism,
  type Readings,
  type Return,
  type Stage,
} from '../../src/mechanism.ts';
import { t } from '../internal/languages/words.ts';
import { short } from '../internal/scale.ts';
import { endOf, layerName, spotText, type WalkStep } from './steps.ts';

type RuleName = keyof Return['arrives'];

/** Which step it is, through what. */
export function stepTitle(model: Model, { stage, back, number, of }: WalkStep): string {
  const layer = layerName(model, stage.to.tensor);
  const title = t(stage.title);
  return back ? t`Back, ${number} of ${of}: ${title}, ${layer}` : t`Forward, ${number} of ${of}: ${title}, ${layer}`;
}

/** What happens in a step, and where. */
export function sentenceOf(model: Model, step: WalkStep, rule: RuleName): string {
  const { stage, back } = step;
  const said = back ? backward(back, rule) : forward(stage);
  const isStart = back && step.number === 1;
  const where = endOf(step);
  return t`${isStart ? joined(t('A signal of 1 starts from the unit.'), said) : said} (${layerName(model, where.tensor)}, ${spotText(model, where)})`;
}

/** A step as it is announced. */
export function stepText(model: Model, step: WalkStep, rule: RuleName): string {
  return t`${stepTitle(model, step)}. ${sentenceOf(model, step, rule)}`;
}

/** Sentences one after the other; in Chinese there is nothing between them. */
function joined(first: string, ...others: readonly string[]): string {
  return others.reduce((said, next) => t`${said} ${next}`, first);
}

function forward({ forward: arithmetic, title, value, from }: Stage): string {
  switch (arithmetic.kind) {
    case 'products':
      return productsText(arithmetic);
    case 'maximum': {
      const { rows, columns } = arithmetic;
      return t`The largest of the ${rows}×${columns} numbers under the window is ${short(value)}. Its place is recorded: it is the switch for the way back.`;
    }
    case 'clamped': {
      const { low, high, values, places } = arithmetic;
      const before = short(values[places.indexOf(from.at)]!);
      if (low !== 0 || high !== Infinity)
        return t`Numbers are kept between ${low} and ${high}: ${before} becomes ${short(value)}.`;
      return value > 0
        ? t`ReLU lets ${before} pass, since it is above 0.`
        : t`ReLU makes ${before} a 0, since it is not above 0.`;
    }
    case 'readings':
      return readingsText(arithmetic, title, value);
  }
}

function productsText({ shares, bias, sum }: Extract<Forward, { kind: 'products' }>): string {
  const { rows, columns } = shares[0]!;
  const count = shares.length;
  if (rows * columns === 1)
    return t`${count} numbers times their weights, summed, plus the bias ${short(bias)}, give ${short(sum)}.`;
  return count === 1
    ? t`${rows}×${columns} numbers under the window, times the filter, summed, plus the bias ${short(bias)}, give ${short(sum)}.`
    : t`${rows}×${columns} numbers under the window in each of ${count} channels, times the filter, summed, plus the bias ${short(bias)}, give ${short(sum)}.`;
}

function readingsText({ readings, scale }: Readings, title: string, value: number): string {
  const count = readings.reduce((sum, reading) => sum + reading.count, 0);
  const [first] = readings;
  if (scale !== undefined) return t`The sum of ${count} numbers, times ${short(scale)}, gives ${short(value)}.`;
  if (count > 1) return t`“${t(title)}” makes ${short(value)} of ${count} numbers. The largest is marked.`;
  const before = first!.values[0]!;
  if (before === value) return t`${short(value)} is passed on as it is.`;
  return t`“${t(title)}” makes ${short(value)} of ${short(before)}.`;
}

function backward(each: Return, rule: RuleName): string {
  const { stage, arrives, leaves, backward: byRule, others, unknown } = each;
  const sent = byRule?.[rule];
  const [arrived, left] = [short(arrives[rule]), short(leaves[rule])];
  const together =
    others.length + unknown.length > 0 ? [t`With what other layers that read this number send it is ${left}.`] : [];
  switch (sent?.kind) {
    case 'products':
      return joined(
        t`Each signal goes back through the weight that the number was multiplied with: the filter, turned around, lies over the signals, and the products are summed: ${short(sent.sum)}.`,
        ...together,
      );
    case 'unpooled': {
      const { switches } = sent.windows;
      const here = switches.filter((place) => place === stage.from.at).length;
      return joined(
        t('Unpooling puts each signal at the place that its switch recorded, and 0 elsewhere.'),
        t`Windows over this unit: ${switches.length}; switches at it: ${here}; ${short(sent.sum)} goes on.`,
        ...together,
      );
    }
    case 'ruled': {
      const on = sent.active[sent.places.indexOf(stage.from.at)]!;
      return joined(
        on ? t`The unit is on, and ${arrived} arrives.` : t`The unit is off, and ${arrived} arrives.`,
        t(
          'The gradient passes where the unit is on; the deconvnet where the signal is positive; guided backpropagation where both hold.',
        ),
        t`${short(sumOf(sent, rule, stage.from.at))} goes on.`,
        ...together,
      );
    }
    default:
      return t`The signal ${arrived} goes back through “${t(stage.title)}”; ${left} goes on.`;
  }
}

/** Which unit the walk is of. */
export function unitText(model: Model, { end, layer, value }: Mechanism): string {
  return t`${layer}, ${spotText(model, end)}: ${short(value)}`;
}

/** Row and column of a number in a grid, as they are in the tensor. */
export function placeText(at: number, shape: readonly number[]): string {
  return unravel(at, shape).slice(-2).join(', ');
}
