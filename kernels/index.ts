// AssemblyScript. What the modules export.
export * from './convolution';
export { border, finish } from './border';
export { depthwise } from './depthwise';
export { winogradBack, winogradFilters, winogradForward } from './winograd';
export { packRows, packTaps, scatter } from './gradients';
