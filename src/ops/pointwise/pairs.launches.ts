import type { Launching } from '../../ir/op.ts';
import { broadcastStrides } from '../../tensor/shape.ts';
import type { LaunchesByType } from '../family.ts';
import { elementwise, perAxis, SEVERAL } from '../internal/launch.ts';
import { collapse } from '../internal/strided.ts';

/** A case of shaders/pointwise/binary.wgsl. */
function binary(shaderCase: number): Launching {
  return ({ inputs: [a, b], outputs: [y] }) => {
    const strides = [broadcastStrides(a!.shape, y!.shape), broadcastStrides(b!.shape, y!.shape)];
    const walk = collapse({ shape: y!.shape, strides });
    return elementwise(
      'pointwise/binary',
      y!,
      { a: a!.name, b: b!.name, y: y!.name },
      { shape: perAxis(walk.shape, 1), a_strides: perAxis(walk.strides[0]!), b_strides: perAxis(walk.strides[1]!) },
      { FUNCTION: shaderCase, INNER: walk.shape.length - 1, ...SEVERAL },
    );
  };
}

/** Functions of two numbers, by type. */
export const functionsOfTwo: LaunchesByType = {
  add: binary(0),
  sub: binary(1),
  mul: binary(2),
  div: binary(3),
  pow: binary(4),
  min: binary(5),
  max: binary(6),
  prelu: binary(7),
};
