import type { OnnxImporter, Op } from '../ir/op.ts';
import { conv2d } from './conv/conv2d.ts';
import { conv2dInputGrad } from './conv/conv2d-input-grad.ts';
import { arithmetic } from './pointwise/arithmetic.ts';
import { cast } from './pointwise/cast.ts';
import { relu } from './pointwise/relu.ts';
import { reluGrad } from './pointwise/relu-grad.ts';
import { maxPool } from './pool/max-pool.ts';
import { maxUnpool } from './pool/max-unpool.ts';
import { reduce } from './reduce/reduce.ts';
import { concat } from './shape/concat.ts';
import { constants } from './shape/constants.ts';
import { expand } from './shape/expand.ts';
import { reshape } from './shape/reshape.ts';
import { slice } from './shape/slice.ts';

/** What backward passes, heads, methods and nearly all networks are composed of: these come along, whatever the network. */
export const baseOps: readonly Op[] = [
  ...arithmetic,
  cast,
  concat,
  conv2d,
  conv2dInputGrad,
  expand,
  maxPool,
  maxUnpool,
  reduce,
  relu,
  reluGrad,
  reshape,
  slice,
];

export const baseImporters: Readonly<Record<string, OnnxImporter>> = constants;

/** ONNX operators that these are enough for, forwards and backwards; test/ops/families.test.ts compares. */
export const BASE_OPERATORS: ReadonlySet<string> = new Set(
  'Cast Concat Constant Conv Dropout Expand Flatten GlobalAveragePool Identity MaxPool Relu Reshape Squeeze Unsqueeze'.split(
    ' ',
  ),
);
