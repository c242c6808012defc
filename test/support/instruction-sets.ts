import { INSTRUCTION_SETS, type InstructionSet } from '../../src/cpu/instructions.ts';

/** A module that gives i8x16.relaxed_swizzle(splat(1), splat(2)). */
const RELAXED = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
];

const knowsRelaxed = WebAssembly.validate(new Uint8Array(RELAXED));

/** Those that this engine knows, best first: Firefox 140 has no relaxed SIMD. */
export const KNOWN_SETS: readonly InstructionSet[] = INSTRUCTION_SETS.filter(
  (set) => set !== 'relaxed-simd' || knowsRelaxed,
);
