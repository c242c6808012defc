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
  const planes = channels === 3 ? 'RGB' : 'gray';
  const most = input.whole ? 255 : rangeOf(file, name);
  if (most !== undefined) {
    const all = (value: number): number[] => Array.from({ length: channels }, () => value);
    const preprocessing = { channels: planes, mean: all(0), std: all(255 / most), ...size } as const;
    return { preprocessing, reason: `the file itself prepares numbers of 0 to ${String(most)}` };
  }
  const usual = channels === 3 ? PREPROCESSING_PRESETS.torch : ({ channels: planes, mean: [0], std: [255] } as const);
  const reason = channels === 3 ? 'as torchvision trains' : 'grey pictures of 0 to 1';
  return { preprocessing: { ...usual, ...size }, reason: `${reason}; the file does not say` };
}

/** Operators that leave the numbers of a picture as they are. */
const MOVING: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);
/** Furthest from 0 that networks want the numbers of a picture to be, and how far apart the darkest and the brightest are. */
const FURTHEST = 4;
const SPAN = [0.7, 8] as const;
/** Below a mean of pixels, and above a mean of pixels of 0 to 1. */
const MEAN_PIXEL = 50;

/** The largest number of a picture from which the first steps of a file make what networks take; undefined where they make none. */
function rangeOf({ graph }: OnnxModel, input: string): 1 | 255 | undefined {
  let [scale, offset, tensor] = [1, 0, input];
  for (;;) {
    const users = graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
    const node = users.length === 1 ? users[0]! : undefined;
    if (!node || (MOVING.has(node.type) && node.inputs[0] !== tensor)) break;
    if (!MOVING.has(node.type)) {
      const by = otherOf(graph, node, tensor);
      if (by === undefined) break;
      if (node.type === 'Mul') [scale, offset] = [scale * by, offset * by];
      else if (node.type === 'Div' && node.inputs[0] === tensor) [scale, offset] = [scale / by, offset / by];
      else if (node.type === 'Sub' && node.inputs[0] === tensor) offset -= by;
      else if (node.type === 'Add') offset += by;
      else break;
    }
    tensor = node.outputs[0]!;
  }
  const fits = (most: number): boolean => {
    const [dark, bright] = [offset, scale * most + offset];
    const span = Math.abs(bright - dark);
    return Math.max(Math.abs(dark), Math.abs(bright)) <= FURTHEST && span >= SPAN[0] && span <= SPAN[1];
  };
  if (scale === 1 && offset < -MEAN_PIXEL) return 255;
  if (scale === 1 && offset === 0) return undefined;
  return fits(255) ? 255 : fits(1) ? 1 : undefined;
}

/** The mean of the constant that a node takes besides a tensor. */
function otherOf(
  { nodes, initializers }: OnnxModel['graph'],
  { inputs }: OnnxModelNode,
  tensor: string,
): number | undefined {
  const other = inputs.find((name) => name !== tensor);
  if (other === undefined || inputs.length !== 2) return undefined;
  const value = nodes.find(({ type, outputs }) => type === 'Constant' && outputs[0] === other)?.attributes.get('value');
  const numbers = (initializers.get(other) ?? (value?.type === 'tensor' ? value.value : undefined))?.tensor?.data;
  if (!numbers || numbers.length === 0) return undefined;
  return Array.from(numbers).reduce((sum, n) => sum + n, 0) / numbers.length;
}
