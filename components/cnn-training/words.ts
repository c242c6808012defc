import { settledFrom, type Likeness, type Measured } from '../../src/training.ts';
import { short } from '../internal/scale.ts';

/** A moment of a training, as readers name it: by epochs where these are known. */
export function moment({ step, epoch }: Measured): string {
  return epoch === undefined ? `step ${step.toLocaleString('en')}` : `epoch ${short(epoch)}`;
}

/** All that is known of a moment. */
export function momentText(then: Measured): string {
  const { step, epoch, accuracy, heldOutAccuracy, loss } = then;
  const at = epoch === undefined ? '' : `, step ${step.toLocaleString('en')}`;
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const known = [
    accuracy === undefined ? '' : `${share(accuracy)} right`,
    heldOutAccuracy === undefined ? '' : `${share(heldOutAccuracy)} of what it has not seen`,
    accuracy === undefined && loss !== undefined ? `loss ${short(loss)}` : '',
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
  { key: 'cosine', title: 'Cosine of weights' },
];

/** Share of the final likeness from which on a layer counts as ready. */
const READY = 0.95;

/** Which layer is ready first, as measured; undefined where nothing is. */
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
    ready.sort((a, b) => a.from - b.from);
    const groups = ready.map(({ name, from }, i) => {
      const before = ready[i - 1];
      return before?.from === from ? `and ${name}` : `${name} from ${moment(checkpoints[from]!)} on`;
    });
    const [first] = layers;
    const alone = ready[0]!.from < ready[1]!.from;
    const verdict = !alone
      ? 'No layer is ready before all others'
      : ready[0]!.name === first!.name
        ? `The first layer, ${first!.name}, is ready before all others`
        : `${ready[0]!.name} is ready first, and not the first layer, ${first!.name}`;
    return `${verdict}: by the ${title[0] === 'C' && title[1] === 'K' ? title : title.toLowerCase()}, ${READY} of what it is at the end is reached by ${groups.join(', ').replaceAll(', and', ' and')}.`;
  }
  return undefined;
}
