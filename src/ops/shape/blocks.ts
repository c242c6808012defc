import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { choose, named } from '../internal/onnx.ts';
import { reshapeTo } from '../internal/view.ts';

/** Elements that go from one axis to another, or are there several times: composed, so backwards too. */
export const blocks: Readonly<Record<string, OnnxImporter>> = {
  DepthToSpace: importDepthToSpace,
  SpaceToDepth: importSpaceToDepth,
  Tile: importTile,
};

/** Where the rows, the columns and what stays of a channel lie in it, once it is taken apart. */
const ORDERS = { DCR: [1, 2, 3], CRD: [2, 3, 1] } as const;

/** [n, c·b², h, w] → [n, c, h·b, w·b] (Shi et al. 2016, eq. 4, where the mode is CRD). */
function importDepthToSpace(n: OnnxNode): readonly string[] {
  const { shape, block } = imageOf(n);
  const [images, channels, h, w] = shape;
  // Before opset 11 there was no other mode.
  const order = choose(n, 'mode', ORDERS, 'DCR');
  const c = channels / block ** 2;
  if (!Number.isInteger(c)) n.refuse(`${String(channels)} channels do not make blocks of ${String(block)}²`);
  const apart = order[0] === 1 ? [block, block, c] : [c, block, block];
  const [down, right, kept] = order;
  return moved(n, [images, ...apart, h, w], [0, kept, 4, down, 5, right], [images, c, h * block, w * block]);
}

/** [n, c, h·b, w·b] → [n, b²·c, h, w] */
function importSpaceToDepth(n: OnnxNode): readonly string[] {
  const { shape, block } = imageOf(n);
  const [images, c, height, width] = shape;
  const [h, w] = [height / block, width / block];
  if (![h, w].every(Number.isInteger)) {
    n.refuse(`an image of ${String(height)}×${String(width)} is not made of blocks of ${String(block)}²`);
  }
  return moved(n, [images, c, h, block, w, block], [0, 3, 5, 1, 2, 4], [images, block ** 2 * c, h, w]);
}

function imageOf(n: OnnxNode): { shape: readonly [number, number, number, number]; block: number } {
  const { shape } = n.value(0);
  const block = n.int('blocksize', 0);
  if (shape.length !== 4) n.refuse(`an input of rank ${String(shape.length)}`);
  if (block < 1) n.refuse(`blocks of ${String(block)}`);
  return { shape: shape as [number, number, number, number], block };
}

/** Cut into more axes, which are put in another order and joined again. */
function moved(
  n: OnnxNode,
  cut: readonly number[],
  permutation: readonly number[],
  joined: readonly number[],
): readonly string[] {
  const parts = reshapeTo(n.builder, n.input(0), cut);
  const turned = n.builder.add('transpose', [parts], { permutation }, { name: n.name });
  return [reshapeTo(n.builder, turned, joined, named(n))];
}

/** Before opset 6 along one axis, from then on along each. */
function importTile(n: OnnxNode): readonly string[] {
  const { shape } = n.value(0);
  const given = n.whole(1) ?? n.refuse('it has no repeats');
  const axis = n.opset < 6 ? (n.whole(2)?.[0] ?? n.refuse('it has no axis')) : 0;
  const repeats = n.opset < 6 ? shape.map((_, i) => (i === axis ? given[0]! : 1)) : given;
  if (repeats.length !== shape.length || repeats.some((count) => count < 0)) {
    n.refuse(`repeats [${repeats.join(', ')}] of ${String(shape.length)} axes`);
  }
  if (repeats.includes(0)) n.refuse('nothing is left of it');
  const axes = [...repeats.keys()].filter((at) => repeats[at] !== 1);
  return [
    axes.reduce((x, at, i) => {
      const before = n.builder.value(x).shape;
      // A new axis before the old one runs through the repetitions.
      const cut = before.toSpliced(at, 0, 1);
      const times = cut.map((_, axis) => (axis === at ? repeats[at]! : 1));
      const apart = reshapeTo(n.builder, x, cut);
      const several = n.builder.add('expand', [apart], { shape: times }, { name: n.name });
      const options = i === axes.length - 1 ? named(n) : { name: n.name };
      return reshapeTo(n.builder, several, before.with(at, before[at]! * repeats[at]!), options);
    }, n.input(0)),
  ];
}
