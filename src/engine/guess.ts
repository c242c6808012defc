import { ShapeError } from '../errors.ts';
import { PREPROCESSING_PRESETS, type Preprocessing } from '../models/manifest.ts';
import type { OnnxModel, OnnxModelNode } from '../onnx/model.ts';
import { isSize, type PictureInput } from './picture-input.ts';

/** Side of pictures where the file leaves it open, px: what most published networks take. */
const USUAL_PX = 224;

/** How pictures are prepared where nobody says it, and why so. */
export interface Guess {
  readonly preprocessing: Preprocessing;
  readonly reason: string;
}

/**
 * What most exports expect; where the first steps of the file are themselves those that prepare a picture, only what is left to
 * do. A figure states what was used, since a file does not say.
 */
export function guessPreprocessing(file: OnnxModel, input: PictureInput): Guess {
  const { name, channels } = input;
  const [height, width] = [input.height, input.width].map((n) => (isSize(n) ? n : USUAL_PX)) as [number, number];
  const size = { height, width, resize: Math.max(Math.round(Math.max(height, width) / 0.875), 1) };
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError('it is not known how pictures become inputs of this network', {
      where: `input "${name}"`,
      expected: '1 channel (grey) or 3 (colour)',
      got: isSize(channels) ? String(channels) : 'an open number of channels',
      remedy: isSize(channels) ? 'Pictures have no other channels.' : 'Give `preprocessing`.',
    });
  }
  const { most: found, blueFirst } = firstStepsOf(file, input);
  const most = input.whole ? 255 : found;
  if (most !== undefined) {
    const all = (value: number): number[] => Array.from({ length: channels }, () => value);
    const planes = channels === 1 ? 'gray' : blueFirst ? 'BGR' : 'RGB';
    const preprocessing = { channels: planes, mean: all(0), std: all(255 / most), ...size } as const;
    const order = blueFirst ? ', and blue first, by the means that it subtracts' : '';
    return { preprocessing, reason: `the file itself prepares numbers of 0 to ${String(most)}${order}` };
  }
  if (channels === 1) {
    const preprocessing = { channels: 'gray', mean: [0], std: [255], ...size } as const;
    return { preprocessing, reason: 'grey pictures of 0 to 1; the file does not say' };
  }
  const [preset, reason] = input.layout.endsWith('hwc')
    ? ([PREPROCESSING_PRESETS.tf, '−1 to 1, as for most networks of Keras'] as const)
    : ([PREPROCESSING_PRESETS.torch, 'as torchvision trains'] as const);
  return { preprocessing: { ...preset, ...size }, reason: `${reason}; the file does not say` };
}

/** Operators that leave the numbers of a picture as they are, or lie between two of them. */
const MOVING: ReadonlySet<string> = new Set(
  'Cast Dropout Identity Reshape Resize Squeeze Transpose Unsqueeze Upsample'.split(' '),
);
const ARITHMETIC: ReadonlySet<string> = new Set(['Add', 'Div', 'Mul', 'Sub']);
const COMMUTATIVE: ReadonlySet<string> = new Set(['Add', 'Mul']);
/** Furthest from 0 that networks want the numbers of a picture to be, and how far apart the darkest and the brightest are. */
const FURTHEST = 4;
const SPAN = [0.7, 8] as const;
/** Below a mean of pixels, and above a mean of pixels of 0 to 1. */
const MEAN_PIXEL = 50;
/** Mean of ImageNet's pictures, red first, and how far from it the means of other pictures are taken for it. */
const MEANS = [124, 116, 104] as const;
const NEAR = 6;

/** What the first steps of a file tell of the pictures that it takes. */
interface FirstSteps {
  /** The largest number of a picture from which they make what networks take; undefined where they make none. */
  readonly most: 1 | 255 | undefined;
  readonly blueFirst: boolean;
}

function firstStepsOf({ graph }: OnnxModel, { name, channels }: PictureInput): FirstSteps {
  // Of each channel: number · scale + offset
  let scale = Array.from({ length: channels as number }, () => 1);
  let offset = scale.map(() => 0);
  let [tensor, isFlipped] = [name, false];
  for (;;) {
    const users = graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
    const flipped = flipOf(graph, users, tensor);
    if (flipped !== undefined) {
      isFlipped = !isFlipped;
      [scale, offset, tensor] = [scale.toReversed(), offset.toReversed(), flipped];
      continue;
    }
    // What only asks how large a picture is does nothing to it.
    const [node, second] = users.filter(({ type }) => type !== 'Shape');
    if (!node || second || (node.inputs[0] !== tensor && !COMMUTATIVE.has(node.type))) break;
    if (!MOVING.has(node.type)) {
      const step = stepOf(graph, node, tensor, scale.length);
      if (!step) break;
      scale = scale.map((n, c) => n * step.scale[c]!);
      offset = offset.map((n, c) => n * step.scale[c]! + step.offset[c]!);
    }
    tensor = node.outputs[0]!;
  }
  const most = rangeOf(meanOf(scale), meanOf(offset));
  const means = offset.map((n, c) => ((-n / scale[c]!) * 255) / (most ?? 255));
  const isNear = (order: readonly number[]): boolean => order.every((mean, c) => Math.abs(means[c]! - mean) < NEAR);
  const red = isNear(MEANS);
  return { most, blueFirst: isFlipped ? red : !red && isNear(MEANS.toReversed()) };
}

function rangeOf(scale: number, offset: number): 1 | 255 | undefined {
  const fits = (most: number): boolean => {
    const [dark, bright] = [offset, scale * most + offset];
    const span = Math.abs(bright - dark);
    return Math.max(Math.abs(dark), Math.abs(bright)) <= FURTHEST && span >= SPAN[0] && span <= SPAN[1];
  };
  if (scale === 1 && offset < -MEAN_PIXEL) return 255;
  if (scale === 1 && offset === 0) return undefined;
  return fits(255) ? 255 : fits(1) ? 1 : undefined;
}

/** What a node does to each channel of a tensor, where it does the same to all places; undefined where it does something else. */
function stepOf(
  graph: OnnxModel['graph'],
  node: OnnxModelNode,
  tensor: string,
  channels: number,
): { readonly scale: readonly number[]; readonly offset: readonly number[] } | undefined {
  const of = (name: string | undefined): readonly number[] | undefined => {
    const numbers = name === undefined ? undefined : constantOf(graph, name);
    if (!numbers || numbers.length === 0) return undefined;
    const mean = meanOf(numbers);
    return Array.from({ length: channels }, (_, c) => (numbers.length === channels ? numbers[c]! : mean));
  };
  const nothing = Array.from({ length: channels }, () => 0);
  const once = nothing.map(() => 1);
  if (node.type === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = node.inputs.slice(1, 5).map(of);
    if (!gamma || !beta || !mean || !variance) return undefined;
    const epsilon = node.attributes.get('epsilon');
    const least = epsilon?.type === 'float' ? epsilon.value : 1e-5;
    const scale = gamma.map((n, c) => n / Math.sqrt(variance[c]! + least));
    return { scale, offset: beta.map((n, c) => n - mean[c]! * scale[c]!) };
  }
  if (!ARITHMETIC.has(node.type)) return undefined;
  const by = of(node.inputs.find((input) => input !== tensor));
  if (!by) return undefined;
  if (node.type === 'Mul') return { scale: by, offset: nothing };
  if (node.type === 'Div') return { scale: by.map((n) => 1 / n), offset: nothing };
  return { scale: once, offset: node.type === 'Add' ? by : by.map((n) => -n) };
}

/** The tensor that has the channels in the opposite order, if that is what these nodes make; however it was written. */
function flipOf(graph: OnnxModel['graph'], users: readonly OnnxModelNode[], tensor: string): string | undefined {
  const [node] = users;
  if (!node || users.some(({ inputs }) => inputs[0] !== tensor)) return undefined;
  const numbers = (at: number): readonly number[] => constantOf(graph, node.inputs[at] ?? '') ?? [];
  if (users.length === 1 && node.type === 'Slice') return numbers(4).includes(-1) ? node.outputs[0] : undefined;
  if (users.length === 1 && node.type === 'Gather') {
    return numbers(1).join() === '2,1,0' ? node.outputs[0] : undefined;
  }
  // Channels one by one, that are joined again
  if (!/^(Split|Slice|Gather)$/.test(node.type) || users.some(({ type }) => type !== node.type)) return undefined;
  const first = ({ inputs }: OnnxModelNode): number => constantOf(graph, inputs[1] ?? '')?.at(-1) ?? NaN;
  const parts =
    node.type === 'Split'
      ? node.outputs
      : users.toSorted((a, b) => first(a) - first(b)).map(({ outputs }) => outputs[0]!);
  const joined = graph.nodes.find(({ inputs }) => inputs.includes(parts[0]!));
  if (parts.length !== 3 || joined?.type !== 'Concat') return undefined;
  return joined.inputs.join() === parts.toReversed().join() ? joined.outputs[0] : undefined;
}

/** The numbers of a constant, whether it is an initializer or a node. */
function constantOf({ nodes, initializers }: OnnxModel['graph'], name: string): readonly number[] | undefined {
  const known = initializers.get(name);
  if (known) return known.tensor && Array.from(known.tensor.data, Number);
  const maker = nodes.find(({ outputs }) => outputs.includes(name));
  const value = maker?.type === 'Constant' ? maker.attributes.get('value') : undefined;
  return value?.type === 'tensor' && value.value.tensor ? Array.from(value.value.tensor.data, Number) : undefined;
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}
