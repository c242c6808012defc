// AssemblyScript. What the modules export.
export * from './convolution';
export { lrn, lrnGrad } from './lrn';
export { ofOne, ofTwo, reluGrad } from './pointwise';
export { maxPool, sumPool } from './pool';
export { addRows, dots, greatest, sum } from './rows';
export { distances, forces } from './tsne';
