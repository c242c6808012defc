import { Arena } from './arena.ts';
import type { ConvolutionKernels, WinogradKernels } from './convolution-kernels.ts';
import { modules } from './generated/modules.ts';
import { INSTRUCTION_SETS, type InstructionSet } from './instructions.ts';
import type { LoopKernels } from './loop-kernels.ts';

/** What kernels/ exports; numbers are addresses and steps in bytes, sizes in elements. */
export interface KernelExports extends ConvolutionKernels, LoopKernels, WinogradKernels {}

/** The kernels in a memory of their own. */
export interface Kernels {
  readonly instructions: InstructionSet;
  readonly arena: Arena;
  readonly run: KernelExports;
}

/**
 * The kernels of the first set that this engine compiles; undefined where it compiles none: it knows no SIMD, or the page's
 * policy forbids WebAssembly (which `WebAssembly.validate` does not tell: it only knows the instructions).
 */
export async function loadKernels(sets: readonly InstructionSet[] = INSTRUCTION_SETS): Promise<Kernels | undefined> {
  for (const instructions of sets) {
    // Letters are bytes and 256, which is left out where they become bytes.
    const bytes = Uint8Array.from(modules[instructions], (letter) => letter.charCodeAt(0));
    try {
      if (!WebAssembly.validate(bytes)) continue;
      const arena = new Arena();
      const memory = arena.memory as WebAssembly.Memory;
      const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
      return { instructions, arena, run: instance.exports as unknown as KernelExports };
    } catch (error) {
      // A policy refuses to compile anything: a plainer module too. Without WebAssembly there is nothing to ask.
      if (error instanceof WebAssembly.CompileError || error instanceof ReferenceError) return undefined;
      throw error;
    }
  }
  return undefined;
}
