import type { AdapterDescription, Model } from '../../src/internal.ts';

/** What the network was shown, and what its outputs were taken for: a figure states it, since no file does. */
export function inputText(model: Model): string {
  const { name, preprocessing } = model;
  const { height, width, channels, mean, std, resize } = preprocessing;
  const list = (values: readonly number[]): string => values.map((v) => Number(v.toFixed(1))).join(', ');
  const fit = resize === 'stretch' ? 'the picture stretched' : `the middle of the picture scaled to ${resize}`;
  const scale = std.every((v) => v === 1) ? '' : `, over ${list(std)}`;
  const head = model.hasHead ? `; ${model.head.says}` : '';
  const why = model.guess === undefined ? '' : ` (guessed: ${model.guess})`;
  return `${name}; input ${height}×${width} px, ${fit}, ${channels} less ${list(mean)}${scale}${why}${head}.`;
}

/** Who did the arithmetic. */
export function adapterText({ backend, name, software }: AdapterDescription): string {
  if (backend === 'cpu') return `${name} on the processor: slower than a GPU, with the same numbers.`;
  return `${name}${software ? ', a software adapter: the processor, not a GPU' : ''}.`;
}

export function durationText(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
