import { affineGrad } from './affine-grad.ts';
import { affine } from './affine.ts';
import { averagePoolGrad } from './average-pool-grad.ts';
import { averagePool } from './average-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { channel } from './channel.ts';
import { conv2dWeightGrad } from './conv2d-weight-grad.ts';
import { coreOps } from './core.ts';
import { deltaBarDelta } from './delta-bar-delta.ts';
import { extents } from './extents.ts';
import { functions } from './functions.ts';
import { gather } from './gather.ts';
import { gemmHalves } from './gemm-halves.ts';
import { gemm } from './gemm.ts';
import { jointProbabilities } from './joint-probabilities.ts';
import { logic } from './logic.ts';
import { lrnGrad } from './lrn-grad.ts';
import { lrn } from './lrn.ts';
import { matmul } from './matmul.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { mosaic } from './mosaic.ts';
import { mul } from './mul.ts';
import { oneHot } from './one-hot.ts';
import { arithmetic } from './operators/arithmetic.ts';
import { convTranspose } from './operators/conv-transpose.ts';
import { normalisations } from './operators/normalisations.ts';
import { pools } from './operators/pools.ts';
import { quantised } from './operators/quantised.ts';
import { reductions } from './operators/reductions.ts';
import { resizes } from './operators/resize.ts';
import { shapes } from './operators/shapes.ts';
import { slices } from './operators/slices.ts';
import { squeezes } from './operators/squeeze.ts';
import { orderStatistic } from './order-statistic.ts';
import { pad } from './pad.ts';
import { perplexity } from './perplexity.ts';
import { pow } from './pow.ts';
import { prelu } from './prelu.ts';
import { randomChoice } from './random-choice.ts';
import { readWindow } from './read-window.ts';
import { redirectedRelu } from './redirected-relu.ts';
import { references } from './reference/table.ts';
import { resample } from './resample.ts';
import { roll } from './roll.ts';
import { softmax } from './softmax.ts';
import { squaredDistances } from './squared-distances.ts';
import { strongest } from './strongest.ts';
import { sub } from './sub.ts';
import { transpose } from './transpose.ts';
import { tsneDivergence } from './tsne-divergence.ts';
import { tsneForces } from './tsne-forces.ts';
import { tsneGradient } from './tsne-gradient.ts';
import { where } from './where.ts';
import type { OnnxImporter, Op } from '../ir/op.ts';

const operations: readonly Op[] = [
  ...coreOps,
  affine,
  affineGrad,
  averagePool,
  averagePoolGrad,
  batchNorm,
  channel,
  conv2dWeightGrad,
  randomChoice,
  extents,
  ...functions,
  deltaBarDelta,
  gather,
  gemm,
  gemmHalves,
  jointProbabilities,
  ...logic,
  lrn,
  lrnGrad,
  matmul,
  max,
  min,
  mosaic,
  mul,
  oneHot,
  orderStatistic,
  pad,
  perplexity,
  pow,
  prelu,
  readWindow,
  redirectedRelu,
  resample,
  roll,
  softmax,
  squaredDistances,
  strongest,
  sub,
  transpose,
  tsneDivergence,
  tsneForces,
  tsneGradient,
  where,
];

/** All operations, also in float64: loaded when a network needs one that is not among the core. */
export const allOps: readonly Op[] = operations.map((op) => {
  const evaluate = references[op.type];
  return evaluate ? { ...op, evaluate } : op;
});

/** Operators of ONNX that become other operations or constants. */
export const extraImporters: Readonly<Record<string, OnnxImporter>> = {
  ...arithmetic,
  ...convTranspose,
  ...normalisations,
  ...pools,
  ...quantised,
  ...reductions,
  ...resizes,
  ...shapes,
  ...slices,
  ...squeezes,
};
