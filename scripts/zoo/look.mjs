// One architecture of test/zoo, in a process of its own.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { zoo } from '../../esbuild.config.mjs';
import { root } from '../setup.mjs';

const LIMIT_MS = 20 * 60_000;
const HEAP_MB = 8000;
/** Relative L2 differences: of the output from onnxruntime's, of the gradient from that in float64 with the same masks. */
const MAX_FORWARD = 5e-5;
const MAX_GRADIENT = 1e-5;
const MAX_REFUSAL_MS = 1000;

export const buildZoo = () => build(zoo());

/** What became of it. */
export function look(name) {
  return new Promise((resolve) => {
    const execArgv = [`--max-old-space-size=${HEAP_MB}`];
    const child = fork(join(root, 'scripts/zoo/child.mjs'), [name], { execArgv });
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let verdict;
    child.on('message', (said) => (verdict = said));
    child.on('exit', (code) => {
      clearTimeout(limit);
      resolve(verdict ?? { refused: `its process ended (${code})`, isTyped: false, loadMs: LIMIT_MS });
    });
  });
}

/** Why a network does not pass; undefined where it does. */
export function faultOf({ refused, isTyped, loadMs, forward, gradient }) {
  if (refused !== undefined) return isTyped && loadMs <= MAX_REFUSAL_MS ? 'refused' : 'refused badly';
  if (!(forward <= MAX_FORWARD)) return 'output';
  return gradient <= MAX_GRADIENT ? undefined : 'gradient';
}
