import { settledFrom, type Likeness, type Measured } from '../../src/training.ts';
import { short } from '../internal/scale.ts';
import { whole } from '../internal/whole.ts';
import { t } from '../internal/languages/words.ts';

/** A moment of a training, as readers name it: by epochs where these are known. */
export function moment({ step, epoch }: Measured): string {
  if (epoch === undefined) return t`step ${whole(step)}`;
  return t`epoch ${epoch < 1 ? Number(epoch.toPrecision(1 + Number(epoch > 0.1))) : short(epoch)}`;
}

/** All that is known of a moment. */
export function momentText(then: Measured): string {
  const { step, epoch, accuracy, heldOutAccuracy, loss } = then;
  const at = epoch === undefined ? '' : t`, step ${whole(step)}`;
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const known = [
    accuracy === undefined ? '' : t`${share(accuracy)} right`,
    heldOutAccuracy === undefined ? '' : t`${share(heldOutAccuracy)} of what it has not seen`,
    accuracy === undefined && loss !== undefined ? t`loss ${short(loss)}` : '',
  ].filter(Boolean);
  const name = moment(then);
  return [`${name[0]!.toUpperCase()}${name.slice(1)}${at}`, ...known].join('; ');
}

/** A layer along the training. */
export interface Along {
  readonly name: string;
  /** One for each checkpoint. */
  readonly values: readonly Likeness[];
}

/** What is measured, by the name of its number. */
export const MEASURES: readonly { readonly key: keyof Likeness; readonly title: string }[] = [
  { key: 'cka', title: 'CKA of activations' },
  { key: 'svcca', title: 'SVCCA of activations' },
  { key: 'cosine', title: 'cosine of weights' },
];

/** Share of the final likeness from which on a layer counts as ready. */
const READY = 0.95;

/** Which layer is ready first, as measured; undefined where nothing is known. */
export function readyText(layers: readonly Along[], checkpoints: readonly Measured[]): string | undefined {
  for (const { key, title } of MEASURES) {
    const ready = layers.flatMap(({ name, values }) => {
      const from = settledFrom(
        values.map((value) => value[key]),
        READY,
      );
      return from === undefined ? [] : [{ name, from }];
    });
    if (ready.length < 2) continue;
    const all = ready.map(({ name, from }) => t`${name} from ${moment(checkpoints[from]!)} on`);
    const list = t`${all.slice(0, -1).join(', ')} and ${all.at(-1)!}`;
    return t`${verdict(ready)} The ${t(title)} with the end stays above ${READY}: ${list}.`;
  }
  return undefined;
}

interface Ready {
  readonly name: string;
  /** Place of the checkpoint. */
  readonly from: number;
}

/** Layers in their order, in words. An output is told what to be: so what lies before it is told apart. */
function verdict(ready: readonly Ready[]): string {
  const inner = ready.slice(0, -1);
  const [whole, hidden] = [firstOf(ready), firstOf(inner)];
  const last = ready.at(-1)!;
  if (whole.length === 1 && whole[0] === last && inner.length > 1) {
    return t`${last.name}, the last of them, is ready first; of those before it, ${said(hidden, inner)}.`;
  }
  // Names of layers stay as they are
  return `${said(whole, ready).replace(/^(the|none) /, (first) => first[0]!.toUpperCase() + first.slice(1))}.`;
}

function firstOf(ready: readonly Ready[]): readonly Ready[] {
  const first = Math.min(...ready.map(({ from }) => from));
  return ready.filter(({ from }) => from === first);
}

function said(first: readonly Ready[], of: readonly Ready[]): string {
  const names = first.map(({ name }) => name).join(t(' and '));
  if (first.length === of.length) return t('none is ready before the others');
  if (first.length > 1) return t`${names} are ready first, at the same checkpoint`;
  return first[0] === of[0]
    ? t`the first of them, ${names}, is ready before all others`
    : t`${names} is ready first, and not the first of them, ${of[0]!.name}`;
}
