import type { Op } from '../ir/op.ts';
import { add } from './add.ts';
import { cast } from './cast.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';
import { div } from './div.ts';
import { expand } from './expand.ts';
import { maxPool } from './max-pool.ts';
import { maxUnpool } from './max-unpool.ts';
import { reduce } from './reduce.ts';
import { relu } from './relu.ts';
import { reluGrad } from './relu-grad.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';

/** The operations that every page loads: a plain network forwards, and backwards to its input. */
export const coreOps: readonly Op[] = [
  add,
  cast,
  concat,
  conv2d,
  conv2dInputGrad,
  div,
  expand,
  maxPool,
  maxUnpool,
  reduce,
  relu,
  reluGrad,
  reshape,
  slice,
];

/** ONNX operators of files for which {@link coreOps} are enough. */
export const CORE_OPERATORS: ReadonlySet<string> = new Set([
  'Add',
  'Cast',
  'Concat',
  'Constant',
  'Conv',
  'Dropout',
  'Flatten',
  'GlobalAveragePool',
  'Identity',
  'MaxPool',
  'Relu',
  'Reshape',
]);
