import { expect } from 'chai';
import { INSTRUCTION_SETS } from '../../src/cpu/instructions.ts';
import { loadKernels } from '../../src/cpu/kernels.ts';
import { OutOfMemoryError } from '../../src/errors.ts';
import { rejection } from '../rejection.ts';
import { KNOWN_SETS } from '../support/instruction-sets.ts';

describe('kernels in WebAssembly', () => {
  const { validate, instantiate } = WebAssembly;
  afterEach(() => {
    Object.assign(WebAssembly, { validate, instantiate });
  });

  it('are the relaxed ones where the engine knows them, else the plain ones, else none', async () => {
    expect((await loadKernels())?.instructions).to.equal(KNOWN_SETS[0]);
    const asked: number[] = [];
    WebAssembly.validate = (bytes) => asked.push(bytes.byteLength) > 1 && validate(bytes);
    expect((await loadKernels())?.instructions).to.equal('simd');
    if (/Chrome/.test(navigator.userAgent)) expect(KNOWN_SETS).to.deep.equal(INSTRUCTION_SETS);
    WebAssembly.validate = () => false;
    expect(await loadKernels()).to.equal(undefined);
  });

  it('are none where a policy refuses them, and an error where something else is wrong', async () => {
    Object.assign(WebAssembly, {
      instantiate: () => Promise.reject(new WebAssembly.CompileError('refused by a policy')),
    });
    expect(await loadKernels()).to.equal(undefined);
    Object.assign(WebAssembly, { instantiate: () => Promise.reject(new RangeError('no memory')) });
    await rejection(RangeError, () => loadKernels());
  });

  it('say for what there is no memory, and go on with what there is', async () => {
    const { arena } = (await loadKernels())!;
    expect(() => arena.take('conv1', 5e9)).to.throw(OutOfMemoryError, 'conv1');
    expect(arena.pieces).to.equal(0);
    const at = arena.take('conv2', 1e6);
    arena.floats(at, 250_000).fill(1);
    arena.release(at);
    expect(arena.take('conv3', 4)).to.equal(at);
  });
});
