// What few pages need of the CPU backend: loops of operations that few programs have, and what takes the place of kernels where
// WebAssembly is refused. Beside the file of its Worker, which asks for it, a build makes one of this too: cpu-more.js.
export { plainKernels } from '../../cpu/plain.ts';
export { moreLoops } from '../../ops/more-loops.ts';
