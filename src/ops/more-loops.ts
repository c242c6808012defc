import { conv2dWeightGrad } from './conv/conv2d-weight-grad.loop.ts';
import { loops as functions } from './functions/loops.ts';
import type { Loops } from './loop.ts';
import { loops as norm } from './norm/loops.ts';
import { loops as paint } from './paint/loops.ts';
import { averagePoolGrad } from './pool/average-pool-grad.loop.ts';
import { averagePool } from './pool/average-pool.loop.ts';
import { loops as random } from './random/loops.ts';
import { loops as resample } from './resample/loops.ts';
import { roll } from './shape/roll.loop.ts';
import { loops as topk } from './topk/loops.ts';
import { loops as training } from './training/loops.ts';
import { loops as tsne } from './tsne/loops.ts';

/** What few programs need: a Worker, whose file has no parts, fetches it from a file beside its own (src/engine/cpu/more.ts). */
export const moreLoops: Loops = {
  'average-pool': averagePool,
  'average-pool-grad': averagePoolGrad,
  'conv2d-weight-grad': conv2dWeightGrad,
  ...functions,
  ...norm,
  ...paint,
  ...random,
  ...resample,
  roll,
  ...topk,
  ...training,
  ...tsne,
};
