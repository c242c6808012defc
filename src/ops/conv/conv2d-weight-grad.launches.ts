import type { Choosing, Launch, Launching, NodeContext } from '../../ir/op.ts';
import { PREFERENCES } from '../internal/preferences.ts';
import { tile } from '../internal/tile.ts';
import { able, launchBest, type Variants } from '../internal/variants.ts';
import { windowParams } from '../internal/window.launches.ts';
import type { WeightGradAttributes } from './conv2d-weight-grad.ts';
import { convGeometry, type ConvGeometry } from './geometry.ts';

const GROUP = 64;

/** Workgroups that keep a GPU busy: smaller tiles read more, and make more of them. */
const ENOUGH_GROUPS = 256;
/** Invocations that keep a GPU busy by themselves. */
const ENOUGH_INVOCATIONS = 2 ** 14;

/** A weight gradient with its tensors. */
interface WeightGradient {
  readonly geometry: ConvGeometry;
  readonly bindings: Launch['bindings'];
}

function callOf({ node, attributes, inputs, outputs }: NodeContext<WeightGradAttributes>): WeightGradient {
  const [x, dy] = inputs;
  return {
    geometry: convGeometry(node, x!.shape, attributes.weightShape, attributes),
    bindings: { x: x!.name, dy: dy!.name, dw: outputs[0]!.name },
  };
}

function tilesOf({ group, c, k, windows }: ConvGeometry, tileC: number, tileK: number): number {
  return group * Math.ceil(k / tileK) * Math.ceil(c / tileC) * windows.h.kernel * windows.w.kernel;
}

function launch(
  shader: string,
  { geometry, bindings }: WeightGradient,
  [tileC, tileK]: readonly [number, number],
  lanes: number,
): readonly Launch[] {
  const { n, group, c, k, windows } = geometry;
  const size = tilesOf(geometry, tileC, tileK);
  const constants = { TILE_C: tileC, TILE_K: tileK };
  const params = { ...windowParams(windows), n, group, c, k, size };
  return [{ shader, constants, params, bindings, threads: [lanes * size, 1, 1] }];
}

/** The largest tiles that leave enough of them. */
function groupTiles(geometry: ConvGeometry): readonly [number, number] {
  let [tileC, tileK] = [tile(geometry.c, 4), tile(geometry.k, 8)];
  while (tilesOf(geometry, tileC, tileK) < ENOUGH_GROUPS && tileK > 2) tileK /= 2;
  while (tilesOf(geometry, tileC, tileK) < ENOUGH_GROUPS && tileC > 1) tileC /= 2;
  return [tileC, tileK];
}

/** How to compute the gradient of filters. */
export const weightGradients: Variants<WeightGradient> = {
  variants: {
    /** One invocation for a tile. */
    direct: {
      applies: () => true,
      launches: (call) =>
        launch('conv/conv2d-weight-grad', call, [tile(call.geometry.c, 4), tile(call.geometry.k, 8)], 1),
    },
    /** A workgroup for a tile. */
    group: {
      applies: ({ geometry }) => {
        const { n, c, k, windows } = geometry;
        const pixels = n * windows.h.count * windows.w.count;
        return pixels >= GROUP / 4 && tilesOf(geometry, tile(c, 4), tile(k, 8)) < ENOUGH_INVOCATIONS;
      },
      launches: (call) => launch('conv/conv2d-weight-grad-group', call, groupTiles(call.geometry), GROUP),
    },
  },
  order: PREFERENCES.weightGradient,
};

export const conv2dWeightGrad: Launching<WeightGradAttributes> = (context, capabilities) =>
  launchBest(weightGradients, callOf(context), capabilities, context.attributes.variant);

export const conv2dWeightGradVariants: Choosing<WeightGradAttributes> = (context, capabilities) =>
  able(weightGradients, callOf(context), capabilities);
