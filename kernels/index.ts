// AssemblyScript. What the modules export.
export * from './convolution';
export { lrn, lrnGrad } from './lrn';
export { ofOne, ofTwo, reluGrad } from './pointwise';
export { maxPool, sumPool } from './pool';
export { addRows, dots, greatest, sum } from './rows';
export { distances, forces } from './tsne';
export { border, finish } from './border';
export { depthwise } from './depthwise';
export { readWindow } from './window';
export { winogradBack, winogradFilters, winogradForward } from './winograd';
export { packBlocks, packTransformed } from './pack';
export { packTaps, scatter } from './gradients';
