import { ShapeError } from '../errors.ts';
import type { Preprocessing } from '../models/manifest.ts';
import type { OnnxDim, OnnxModel, OnnxModelNode, OnnxValue } from '../onnx/model.ts';
import type { PictureLayout } from '../onnx/picture.ts';

/** The input of a file that takes a picture. */
export interface PictureInput {
  readonly name: string;
  /** How the file orders its axes. */
  readonly layout: PictureLayout;
  readonly channels: OnnxDim;
  readonly height: OnnxDim;
  readonly width: OnnxDim;
  /** It takes whole numbers, 0…255. */
  readonly whole: boolean;
}

/** Channels of pictures. */
const PLANES = [1, 3] as const;

/**
 * Finds the input that takes a picture, and how: files of TensorFlow have the channels last, some have no batch, some take
 * bytes. Throws ShapeError where none does, and where the preprocessing makes other channels.
 */
export function pictureInputOf({ graph }: OnnxModel, preprocessing: Preprocessing | undefined): PictureInput {
  // tf2onnx leaves inputs that nothing takes any more.
  const taken = new Set(graph.nodes.flatMap((node) => node.inputs));
  const inputs = graph.inputs.filter(({ name }) => taken.has(name) && !graph.initializers.has(name));
  const image = inputs.find(({ shape }) => shape?.length === 4) ?? inputs.find(({ shape }) => shape?.length === 3);
  if (!image) {
    throw new ShapeError('the network takes no picture', {
      expected: 'an input [n, c, h, w]',
      got: inputs.map(describe).join(', ') || 'no input',
    });
  }
  const { name, elementType = '' } = image;
  const last = channelsLast(image, graph.nodes, preprocessing);
  const layout = `${image.shape!.length === 3 ? '' : 'n'}${last ? 'hwc' : 'chw'}` as const;
  const sizes = image.shape!.slice(-3);
  const [height, width] = last ? sizes : sizes.slice(1);
  // Of three axes the first is that of a batch of grey pictures, unless it has a size.
  const channels = last ? sizes[2]! : sizes.length === image.shape!.length && !isSize(sizes[0]!) ? 1 : sizes[0]!;
  const planes = preprocessing?.mean.length;
  if (planes !== undefined && isSize(channels) && channels !== planes) {
    throw new ShapeError('the preprocessing makes other channels than the network takes', {
      where: `input ${describe(image)}`,
      expected: String(channels),
      got: String(planes),
    });
  }
  return { name, layout, channels, height: height!, width: width!, whole: /int/.test(elementType) };
}

/** Whether the last axis and not the one before the sizes has as many channels as a picture; in doubt the file's first steps tell. */
function channelsLast(
  { name, shape }: OnnxValue,
  nodes: readonly OnnxModelNode[],
  preprocessing: Preprocessing | undefined,
): boolean {
  const [front, last] = [shape!.at(-3)!, shape!.at(-1)!];
  const planes = preprocessing ? [preprocessing.mean.length] : PLANES;
  const fits = (size: OnnxDim): boolean => planes.some((n) => n === size);
  if (fits(front) !== fits(last)) return fits(last);
  const userOf = (tensor: string | undefined): OnnxModelNode | undefined =>
    nodes.find(({ inputs }) => tensor !== undefined && inputs.includes(tensor));
  let first = userOf(name);
  // What is scaled or cast before it is turned
  while (first && !/^(Transpose|Conv)$/.test(first.type)) first = userOf(first.outputs[0]);
  const order = first?.type === 'Transpose' ? first.attributes.get('perm') : undefined;
  return order?.type === 'ints' && order.value.at(-3) === shape!.length - 1;
}

/** Zero and less stand for a size that is open. */
export function isSize(dim: OnnxDim): dim is number {
  return typeof dim === 'number' && dim > 0;
}

function describe({ name, shape }: OnnxValue): string {
  return `${name} [${shape?.join(', ') ?? '?'}]`;
}
