/** The instructions a module may use, best first: relaxed SIMD multiplies and adds with one rounding where the processor does. */
export const INSTRUCTION_SETS = ['relaxed-simd', 'simd'] as const;
export type InstructionSet = (typeof INSTRUCTION_SETS)[number];
