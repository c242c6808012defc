import type { Launch } from '../../ir/op.ts';
import type { Epilogue } from './epilogue.ts';
import { bitsOf } from './launch.ts';

/** The epilogue of a launch; `operand` is bound to some tensor that is not read when there is nothing to add or to mask. */
export function epilogueOf(
  { clip, operand }: Epilogue,
  unread: string,
): {
  readonly constants: { readonly WITH_OPERAND: number };
  readonly params: Launch['params'];
  readonly operand: string;
} {
  return {
    constants: { WITH_OPERAND: Number(operand !== undefined) },
    params: {
      bounds: [...clip, ...(operand?.mask ?? [-Infinity, Infinity])].map(bitsOf),
      residual: Number(operand !== undefined && !operand.mask),
    },
    operand: operand?.tensor ?? unread,
  };
}
