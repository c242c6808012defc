import { UnpoolError } from '../errors.ts';
import { GraphBuilder } from '../ir/builder.ts';
import type { Graph } from '../ir/graph.ts';
import type { OnnxImporter, Op } from '../ir/op.ts';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { averagePool } from './average-pool.ts';
import { averagePoolGrad } from './average-pool-grad.ts';
import { batchNorm } from './batch-norm.ts';
import { cast } from './cast.ts';
import { ceil } from './ceil.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { withoutNodes } from './constants.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGrad } from './conv2d-input-grad.ts';
import { conv2dWeightGrad } from './conv2d-weight-grad.ts';
import { div } from './div.ts';
import { exp } from './exp.ts';
import { expand } from './expand.ts';
import { floor } from './floor.ts';
import { gather } from './gather.ts';
import { gemm } from './gemm.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSwish } from './hard-swish.ts';
import { leakyRelu } from './leaky-relu.ts';
import { log } from './log.ts';
import { logic } from './logic.ts';
import { lrn } from './lrn.ts';
import { lrnGrad } from './lrn-grad.ts';
import { max } from './max.ts';
import { maxPool } from './max-pool.ts';
import { maxUnpool } from './max-unpool.ts';
import { min } from './min.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { pad } from './pad.ts';
import { pow } from './pow.ts';
import { readWindow } from './read-window.ts';
import { reciprocal } from './reciprocal.ts';
import { reduce } from './reduce.ts';
import { relu } from './relu.ts';
import { reluGrad } from './relu-grad.ts';
import { reshape } from './reshape.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { tanh } from './tanh.ts';
import { transpose } from './transpose.ts';
import { where } from './where.ts';

/** Every operation; adding one is a line here. */
export const ops: readonly Op[] = [
  abs,
  add,
  averagePool,
  averagePoolGrad,
  batchNorm,
  cast,
  ceil,
  clip,
  concat,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  div,
  exp,
  expand,
  floor,
  gather,
  gemm,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  log,
  ...logic,
  lrn,
  lrnGrad,
  max,
  maxPool,
  maxUnpool,
  min,
  mul,
  neg,
  pad,
  pow,
  readWindow,
  reciprocal,
  reduce,
  relu,
  reluGrad,
  reshape,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  sqrt,
  sub,
  tanh,
  transpose,
  where,
];

const byType = new Map(ops.map((op) => [op.type, op]));

/** The definition of an op by its type. */
export function opOf(type: string): Op {
  const op = byType.get(type);
  if (!op) throw new UnpoolError('argument', `there is no op "${type}"`, { expected: [...byType.keys()].join(', ') });
  return op;
}

/** What reads each operator of ONNX's default domain. */
export const importers: ReadonlyMap<string, OnnxImporter> = new Map([
  ...ops.flatMap((op) => Object.entries(op.onnx ?? {})),
  ...Object.entries(withoutNodes),
]);

/** A builder that knows the table. */
export function graphBuilder(from?: Graph): GraphBuilder {
  return new GraphBuilder(opOf, from);
}
