import type { GraphBuilder } from '../../ir/builder.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { float32, type Tensor } from '../../tensor/tensor.ts';
import type { UnitTarget } from '../parts/target.ts';

/** Where a backward pass starts, as far as it is known before there is a picture. */
export interface Start {
  /** Of the channels; absent: the one with the strongest single activation. A name is that of an input with the channel's index. */
  readonly channel?: number | { readonly input: string } | undefined;
  /** As {@link UnitTarget} has it. */
  readonly at: NonNullable<UnitTarget['at']>;
  /** 1, or the unit's activation. */
  readonly value: 'one' | 'activation';
}

/**
 * Appends the signal that a backward pass starts from: of the shape of a tensor [1, c, …] of activations, 1 or the activation
 * where a unit is meant and 0 elsewhere. What `findGoal` finds by looking at the numbers, the graph finds itself; where
 * several units are the strongest, it takes all of them.
 */
export function appendSeed(builder: GraphBuilder, activations: string, { channel, at, value }: Start): string {
  const { shape } = builder.value(activations);
  const [, channels = 1, ...places] = shape;
  const axes = [...shape.keys()].slice(2);
  const extreme = (over: readonly number[]): string =>
    builder.add('reduce', [activations], { mode: 'max', axes: over, keepdims: true });
  /** [1, c, 1, …] */
  const perChannel = [1, channels, ...places.map(() => 1)];
  const ofChannels = axes.length === 0 ? activations : extreme(axes);
  const strongest = (): string => builder.add('equal', [ofChannels, extreme([...shape.keys()])]);
  const chosen =
    channel === undefined
      ? strongest()
      : typeof channel === 'number'
        ? builder.constant('the channel', oneAt(perChannel, channel))
        : isIndex(builder, channel.input, perChannel);
  const where =
    at === 'all'
      ? builder.add('expand', [chosen], { shape: [1, 1, ...places] })
      : builder.add('mul', [
          chosen,
          at === 'max'
            ? builder.add('equal', [activations, ofChannels])
            : builder.constant('the place', oneAt([1, 1, ...places], at[0] * places[1]! + at[1])),
        ]);
  return value === 'one' ? where : builder.add('mul', [where, activations]);
}

/** 1 for the channel that an input names by its index. */
function isIndex(builder: GraphBuilder, input: string, shape: readonly number[]): string {
  const indices = builder.constant(
    'indices',
    float32(
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => i),
    ),
  );
  return builder.add('equal', [indices, builder.add('cast', [input], { to: 'float32' })]);
}

function oneAt(shape: readonly number[], index: number): Tensor {
  const data = new Float32Array(sizeOf(shape));
  data[index] = 1;
  return float32(shape, data);
}
