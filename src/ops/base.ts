import type { OnnxImporter, Op } from '../ir/op.ts';
import { arithmetic } from './pointwise/arithmetic.ts';
import { cast } from './pointwise/cast.ts';
import { relu } from './pointwise/relu.ts';
import { reluGrad } from './pointwise/relu-grad.ts';
import { reduce } from './reduce/reduce.ts';
import { concat } from './shape/concat.ts';
import { constants } from './shape/constants.ts';
import { expand } from './shape/expand.ts';
import { reshape } from './shape/reshape.ts';
import { slice } from './shape/slice.ts';

/** What backward passes, heads and methods are composed of: these come along, whatever the network. */
export const baseOps: readonly Op[] = [...arithmetic, cast, concat, expand, reduce, relu, reluGrad, reshape, slice];

export const baseImporters: Readonly<Record<string, OnnxImporter>> = constants;

/** ONNX operators that these are enough for, forwards and backwards; test/ops/families.test.ts compares. */
export const BASE_OPERATORS: ReadonlySet<string> = new Set(
  `Add Cast Concat Constant ConstantOfShape Div Dropout Expand Flatten GlobalAveragePool Identity Mean Range Relu Reshape Shape
  Size Squeeze Sub Sum Unsqueeze`.split(/\s+/),
);
