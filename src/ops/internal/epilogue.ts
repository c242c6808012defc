import { ArgumentError } from '../../errors.ts';
import type { Node } from '../../ir/graph.ts';
import type { Rules } from '../../ir/op.ts';

/** Of an op whose results are kept within bounds: a ReLU or Clip that was fused into it. */
export interface ClipAttributes {
  /** −∞ when it is not given. */
  readonly low?: number | undefined;
  /** ∞ when it is not given. */
  readonly high?: number | undefined;
}

/** Of an op whose results are signals that then pass backwards through a ReLU or Clip: relu-grad fused into it. */
export interface MaskAttributes {
  readonly rule?: Rules['relu'] | undefined;
  /** Bounds of the mask strictly between which a unit counts as active. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What is done to results before they are stored (shaders/lib/epilogue.wgsl). */
export interface Epilogue {
  readonly clip: readonly [low: number, high: number];
  /** A tensor of the shape of the results: added before they are clipped, or the mask with its bounds. */
  readonly operand?: { readonly tensor: string; readonly mask?: readonly [low: number, high: number] } | undefined;
}

/** Clips, after adding `residual` where there is one. */
export function clipping({ low = -Infinity, high = Infinity }: ClipAttributes, residual?: string): Epilogue {
  return { clip: [low, high], operand: residual === undefined ? undefined : { tensor: residual } };
}

/** relu-grad under its rule. */
export function masking(attributes: MaskAttributes, mask?: string): Epilogue {
  const { rule, low = -Infinity, high = Infinity } = attributes;
  return {
    clip: [rule === undefined || rule === 'gradient' ? -Infinity : 0, Infinity],
    operand: needsMask(attributes) ? { tensor: mask!, mask: [low, high] } : undefined,
  };
}

/** A deconvnet looks at signals only. */
export function needsMask({ rule }: MaskAttributes): boolean {
  return rule !== undefined && rule !== 'deconvnet';
}

/** Epilogues come from fusion, which comes after differentiation: a backward rule here would have to take them apart. */
export function expectUnfused(node: Node, attributes: ClipAttributes & MaskAttributes): void {
  const { low, high, rule } = attributes;
  if (low === undefined && high === undefined && rule === undefined) return;
  throw new ArgumentError('a node with a fused activation has no gradient', {
    where: node.name,
    remedy: 'Differentiate first, then fuse.',
  });
}
