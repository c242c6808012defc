// AssemblyScript. What the modules export.
export * from './convolution';
