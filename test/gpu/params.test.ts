import { expect } from 'chai';
import type { ShaderSource } from '../../shaders/source.ts';
import { ShaderError } from '../../src/errors.ts';
import { packParams, paramsBytes } from '../../src/gpu/params.ts';

const layout: ShaderSource['params'] = [
  ['size', 'u32', 0, 1],
  ['shift', 'i32', 4, 1],
  ['scale', 'f32', 8, 1],
  ['shape', 'u32', 16, 8],
];
const values = { size: 7, shift: -2, scale: 0.5, shape: [1, 2, 3, 4, 5, 6, 7, 8] };

const pack = (given: Record<string, number | readonly number[]>): DataView => {
  const view = new DataView(new ArrayBuffer(256 + 48));
  packParams(view, 256, layout, given, 'nn/x');
  return view;
};

describe('packParams', () => {
  it('knows the size of the struct', () => {
    expect([paramsBytes(layout), paramsBytes(layout.slice(0, 1)), paramsBytes([])]).to.deep.equal([48, 16, 0]);
  });

  it('writes every field at its offset', () => {
    const view = pack(values);
    expect(view.getUint32(256, true)).to.equal(7);
    expect(view.getInt32(260, true)).to.equal(-2);
    expect(view.getFloat32(264, true)).to.equal(0.5);
    const shape = Array.from({ length: 8 }, (_, i) => view.getUint32(272 + 4 * i, true));
    expect(shape).to.deep.equal(values.shape);
  });

  it('wants all fields and no others', () => {
    expect(() => pack({ size: 7, scale: 0.5, shape: values.shape })).to.throw(
      ShaderError,
      'nn/x: Params.shift does not fit the shader; expected 1 × i32; got nothing',
    );
    expect(() => pack({ ...values, bias: 1 })).to.throw(
      ShaderError,
      'Params has no field "bias"; expected size, shift, scale, shape',
    );
    expect(() => {
      packParams(new DataView(new ArrayBuffer(16)), 0, [], { size: 1 }, 'nn/x');
    }).to.throw(ShaderError, 'Params has no field "size"; expected none');
  });

  it('refuses numbers that the field cannot hold', () => {
    for (const wrong of [
      { size: -1 },
      { size: 1.5 },
      { size: 2 ** 32 },
      { size: [1, 2] },
      { shift: 2 ** 31 },
      { scale: NaN },
      { scale: Infinity },
      { scale: 1e39 },
      { shape: 3 },
      { shape: [1, 2, 3] },
    ]) {
      expect(() => pack({ ...values, ...wrong }), JSON.stringify(wrong)).to.throw(
        ShaderError,
        `Params.${Object.keys(wrong)[0]!}`,
      );
    }
  });
});
