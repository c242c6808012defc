import type { Rules } from '../../ir/op.ts';
import type { OnnxAttributes, OnnxTarget } from '../exporter.ts';
import type { ClipAttributes, MaskAttributes } from './epilogue.ts';

/** A signal that passes backwards through a ReLU or Clip. */
interface Masked {
  /** Bounds strictly between which the unit counts as active. */
  readonly attributes: { readonly rule: Rules['relu']; readonly low: number; readonly high: number };
  /** What the ReLU made; a deconvnet does not ask. */
  readonly y: string;
  readonly dy: string;
  /** Where it goes. */
  readonly dx: string;
}

/** Writes the signal where all conditions of the rule hold, and 0 elsewhere. */
export function throughRelu(to: OnnxTarget, { attributes: { rule, low, high }, y, dy, dx }: Masked): void {
  const conditions = [
    ...(rule !== 'deconvnet' && low !== -Infinity ? [to.add('Greater', [y, to.scalar(low)])] : []),
    ...(rule !== 'deconvnet' && high !== Infinity ? [to.add('Less', [y, to.scalar(high)])] : []),
    ...(rule !== 'gradient' ? [to.add('Greater', [dy, to.scalar(0)])] : []),
  ];
  if (conditions.length === 0) to.node('Identity', [dy], [dx]);
  else {
    const all = conditions.reduce((a, b) => to.add('And', [a, b]));
    to.node('Where', [all, dy, to.scalar(0)], [dx]);
  }
}

/** Writes x within bounds; those that do not bound are left out. */
export function clipped(to: OnnxTarget, x: string, min: number, max: number, y: string): void {
  const bounds = [min, max].map((bound) => (Number.isFinite(bound) ? to.scalar(bound) : ''));
  to.node('Clip', [x, ...bounds], [y]);
}

/** Writes a node whose results get a residual and are kept within bounds, where it was fused with that. */
export function withClip(
  to: OnnxTarget,
  [operator, inputs, attributes]: readonly [string, readonly string[], OnnxAttributes],
  { low, high }: ClipAttributes,
  y: string,
  residual?: string,
): void {
  const bounded = low !== undefined || high !== undefined;
  if (!bounded && residual === undefined) {
    to.node(operator, inputs, [y], attributes);
    return;
  }
  const plain = to.add(operator, inputs, attributes);
  if (!bounded) {
    to.node('Add', [plain, residual!], [y]);
    return;
  }
  const sum = residual === undefined ? plain : to.add('Add', [plain, residual]);
  clipped(to, sum, low ?? -Infinity, high ?? Infinity, y);
}

/** As {@link withClip}, of a signal that then passes a ReLU backwards. */
export function withMask(
  to: OnnxTarget,
  [operator, inputs, attributes]: readonly [string, readonly string[], OnnxAttributes],
  { rule, low = -Infinity, high = Infinity }: MaskAttributes,
  dx: string,
  mask = '',
): void {
  if (rule === undefined) to.node(operator, inputs, [dx], attributes);
  else throughRelu(to, { attributes: { rule, low, high }, y: mask, dy: to.add(operator, inputs, attributes), dx });
}
