import type { Step } from '../../src/internal.ts';

const NAMES: Readonly<Record<string, string>> = {
  'average-pool': 'average pool',
  'batch-norm': 'batch normalisation',
  concat: 'joined',
  conv2d: 'conv',
  'conv2d-input-grad': 'transposed conv',
  gemm: 'fully connected',
  lrn: 'local response normalisation',
  'max-pool': 'max-pool',
  relu: 'ReLU',
  reshape: 'reshaped',
};

/** What a step does, such as `conv 3×3, stride 2, ReLU`. */
export function actionOf({ nodes }: Step, weightsOf: (tensor: string) => readonly number[] | undefined): string {
  return nodes
    .map(({ op, attributes, inputs }) => {
      const known = attributes['global'] === true ? undefined : attributes['kernel'];
      const kernel = op.startsWith('conv2d')
        ? weightsOf(inputs[1]!)?.slice(2)
        : (known as readonly number[] | undefined);
      const strides = (attributes['strides'] as readonly number[] | undefined) ?? [];
      const group = attributes['group'];
      const name = op === 'reduce' ? String(attributes['mode']) : (NAMES[op] ?? op);
      return [
        kernel ? `${name} ${kernel.join('×')}` : name,
        ...(kernel && strides.some((n) => n > 1) ? [`stride ${[...new Set(strides)].join('×')}`] : []),
        ...(typeof group === 'number' && group > 1 ? [`${group} groups`] : []),
      ].join(', ');
    })
    .join(', ');
}

/** 64×55×55: without the batch. */
export function sizeText(shape: readonly number[]): string {
  return shape.slice(1).join('×');
}

/** 1.23 M: how many there are of something. */
export function amount(count: number): string {
  for (const [unit, size] of UNITS) if (count >= size) return `${Number((count / size).toPrecision(3))} ${unit}`;
  return count.toLocaleString('en');
}

const UNITS = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e4],
] as const;
