import { shader as stationary } from './generated/conv/conv2d-stationary.ts';
import { shader as conv2dQuad } from './generated/conv/conv2d-quad.ts';
import { shader as matmulQuad } from './generated/matmul/matmul-quad.ts';
import { shader as binary } from './generated/pointwise/binary.ts';
import { shader as reluGrad } from './generated/pointwise/relu-grad.ts';
import { shader as maxPool } from './generated/pool/max-pool.ts';
import { shader as maxPoolSwitches } from './generated/pool/max-pool-switches.ts';
import { shader as maxUnpool } from './generated/pool/max-unpool.ts';
import { shader as reduce } from './generated/reduce/reduce.ts';
import { shader as copy } from './generated/shape/copy.ts';
import type { ShaderSource } from './source.ts';

/** Kernels that nearly every page launches: they come along, so that no request stands between a network and its picture. */
const AT_ONCE: Readonly<Record<string, ShaderSource>> = {
  'conv/conv2d-stationary': stationary,
  'conv/conv2d-quad': conv2dQuad,
  'matmul/matmul-quad': matmulQuad,
  'pointwise/binary': binary,
  'pointwise/relu-grad': reluGrad,
  'pool/max-pool': maxPool,
  'pool/max-pool-switches': maxPoolSwitches,
  'pool/max-unpool': maxUnpool,
  'reduce/reduce': reduce,
  'shape/copy': copy,
};

/** A kernel by its id; undefined where there is none. */
export async function shaderOf(id: string): Promise<ShaderSource | undefined> {
  if (Object.hasOwn(AT_ONCE, id)) return AT_ONCE[id];
  const { kernels } = await import('./generated/index.ts');
  return Object.hasOwn(kernels, id) ? (await kernels[id]!()).shader : undefined;
}
