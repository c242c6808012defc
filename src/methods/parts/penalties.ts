import { checkNumber } from '../../check.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import { sliceAlong } from '../../ops/internal/view.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { scale, square, sum } from './arithmetic.ts';
import { term, type Objective, type Term } from './objectives.ts';

/** −λ Σ x²: the decay of Simonyan et al. 2014, eq. 1. */
export function l2Penalty(weight: number): Objective {
  return penalty('‖x‖²', ({ builder, image }) => sum(builder, square(builder, image)), weight);
}

/** A term that is to be small. */
function penalty(says: string, build: Term['build'], weight: number): Objective {
  return term(says, build, -checkNumber('the weight of a penalty', weight));
}

/** −λ Σ |x|^α; 6 keeps pixels from becoming large (Mahendran & Vedaldi 2015, §2.1). */
export function alphaNorm(weight: number, alpha: number = 6): Objective {
  checkNumber('alpha', alpha, { above: 0 });
  const power = (builder: GraphBuilder, x: string): string => {
    // Even powers of negative numbers without a logarithm of them
    const half = square(builder, x);
    return alpha === 2 ? half : builder.add('pow', [half, builder.scalar(alpha / 2)]);
  };
  return penalty(`α-norm ${alpha}`, ({ builder, image }) => sum(builder, power(builder, image)), weight);
}

/** Keeps powers below 1 of vanishing differences finite. */
const SMOOTH = 1e-10;

export interface TotalVariationOptions {
  /** 2 by default: differences are squared. */
  readonly beta?: number;
  /** Mean of the squared vertical differences and mean of the horizontal ones, rather than sums. For β = 2. */
  readonly averaged?: boolean;
}

/** −λ Σ ((Δx)² + (Δy)²)^(β/2) of neighbouring pixels (Mahendran & Vedaldi 2015, eq. 3). */
export function totalVariation(weight: number, { beta = 2, averaged = false }: TotalVariationOptions = {}): Objective {
  checkNumber('beta', beta, { above: 0 });
  return penalty(
    averaged ? 'mean squared difference of neighbours' : `total variation, β = ${beta}`,
    ({ builder, image }) => {
      const [down, right] = [2, 3].map((axis) => square(builder, difference(builder, image, axis))) as [string, string];
      if (beta === 2) {
        const share = (x: string): number => (averaged ? 1 / sizeOf(builder.value(x).shape) : 1);
        return builder.add(
          'add',
          [down, right].map((x) => scale(builder, sum(builder, x), share(x))),
        );
      }
      const both = builder.add('add', [border(builder, down, 2), border(builder, right, 3)]);
      const positive = builder.add('add', [both, builder.scalar(SMOOTH)]);
      return sum(builder, builder.add('pow', [positive, builder.scalar(beta / 2)]));
    },
    weight,
  );
}

/** x[i + 1] − x[i] along an axis; one shorter. */
function difference(builder: GraphBuilder, x: string, axis: number): string {
  const length = builder.value(x).shape[axis]! - 1;
  return builder.add('sub', [sliceAlong(builder, x, axis, 1, length), sliceAlong(builder, x, axis, 0, length)]);
}

/** One more at the end of an axis, of zeros. */
function border(builder: GraphBuilder, x: string, axis: number): string {
  const zeros = [0, 0, 0, 0];
  const high = zeros.map((_, a) => (a === axis ? 1 : 0));
  return builder.add('pad', [x], { low: zeros, high, interior: zeros, mode: 'constant', value: 0 });
}
