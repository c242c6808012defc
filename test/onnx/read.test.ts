import { expect } from 'chai';
import type { PbfWriter } from 'pbf';
import { ModelFormatError } from '../../src/errors.ts';
import type { OnnxTensor } from '../../src/onnx/model.ts';
import { externalFiles, readOnnx } from '../../src/onnx/read.ts';
import { ofHalfBits } from '../../src/tensor/halves.ts';
import { expectRejection } from '../rejection.ts';
import { onnxFile, type FileTensor } from './file.ts';

async function initializer(tensor: FileTensor): Promise<OnnxTensor> {
  return [...(await readOnnx(onnxFile({ initializers: [{ name: 't', ...tensor }] }))).graph.initializers.values()][0]!;
}

async function fromBytes(type: number, dims: number[], bytes: number[]): Promise<number[]> {
  return [...(await initializer({ type, dims, write: raw(bytes) })).tensor!.data];
}

const raw = (bytes: number[]) => (pbf: PbfWriter) => {
  pbf.writeBytesField(9, Uint8Array.from(bytes));
};

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

async function squeezeNet(): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch('/models/squeezenet1.1.onnx')).arrayBuffer());
}

describe('readOnnx', () => {
  it('reads a whole model', async () => {
    const { irVersion, producer, opsets, graph } = await readOnnx(await squeezeNet());
    expect(irVersion).to.equal(8);
    expect(producer).to.equal('pytorch 2.13.0');
    expect([...opsets]).to.deep.equal([['', 17]]);
    expect(graph.inputs).to.deep.equal([{ name: 'input', elementType: 'float', shape: ['N', 3, 224, 224] }]);
    expect(graph.outputs[0]!.shape).to.deep.equal(['N', 1000]);
    expect(graph.nodes.length).to.equal(65);
    expect(graph.initializers.get('conv1.weight')!.tensor!.shape).to.deep.equal([64, 3, 3, 3]);
    const conv = graph.nodes[0]!;
    expect(conv.type).to.equal('Conv');
    expect(conv.attributes.get('strides')).to.deep.equal({ type: 'ints', value: [2, 2] });
  });

  it('makes aligned float32 initializers views of the file', async () => {
    const bytes = await squeezeNet();
    const tensors = [...(await readOnnx(bytes)).graph.initializers.values()].map(({ tensor }) => tensor!);
    expect(tensors.some(({ data }) => data.buffer === bytes.buffer)).to.equal(true);
  });

  it('moves numbers to where they can be viewed in bytes that are its own', async () => {
    const [bytes, kept] = [await squeezeNet(), await squeezeNet()];
    const { graph } = await readOnnx(bytes, { consume: true });
    for (const [name, { tensor }] of (await readOnnx(kept)).graph.initializers) {
      const { shape, data } = graph.initializers.get(name)!.tensor!;
      expect(shape, name).to.deep.equal(tensor!.shape);
      expect(data, name).to.deep.equal(tensor!.data);
      // Shorter ones are copied: they may not be moved.
      if (data.byteLength >= 128) expect(data.buffer === bytes.buffer, name).to.equal(true);
    }
    expect(kept, 'left alone otherwise').to.deep.equal(await squeezeNet());
  });

  it('moves them over nothing but what says how long they are', async () => {
    for (let length = 1; length < 9; length++) {
      const ofSize = (size: number): FileTensor[] =>
        ['a', 'b'].map((name) => ({
          name: `${name.padEnd(length, '-')}${String(size)}`,
          dims: [size],
          values: Array<number>(size).fill(size),
        }));
      const file = onnxFile({ initializers: [...ofSize(31), ...ofSize(32), ...ofSize(33)] });
      const read = async (consume: boolean): Promise<unknown> => [
        ...(await readOnnx(file.slice(), { consume })).graph.initializers.values(),
      ];
      expect(await read(true)).to.deep.equal(await read(false));
    }
  });

  it('reads every element type', async () => {
    expect(await fromBytes(1, [1], [0, 0, 0xc0, 0x3f])).to.deep.equal([1.5]);
    expect(await fromBytes(2, [2], [1, 255])).to.deep.equal([1, 255]);
    expect(await fromBytes(3, [2], [1, 255])).to.deep.equal([1, -1]);
    expect(await fromBytes(4, [1], [255, 255])).to.deep.equal([65535]);
    expect(await fromBytes(5, [1], [255, 255])).to.deep.equal([-1]);
    expect(await fromBytes(6, [1], [254, 255, 255, 255])).to.deep.equal([-2]);
    expect(await fromBytes(7, [1], [254, 255, 255, 255, 255, 255, 255, 255])).to.deep.equal([-2]);
    expect(await fromBytes(9, [2], [1, 0])).to.deep.equal([1, 0]);
    expect(await fromBytes(11, [1], [0, 0, 0, 0, 0, 0, 0xf8, 0x3f])).to.deep.equal([1.5]);
    expect(await fromBytes(12, [1], [255, 255, 255, 255])).to.deep.equal([4294967295]);
    expect(await fromBytes(16, [2], [0xc0, 0x3f, 0x80, 0xff])).to.deep.equal([1.5, -Infinity]);
  });

  it('reads float16: normal, subnormal, zero, infinite', async () => {
    const halves = [0x3c00, 0xc000, 0x3555, 0x0001, 0x03ff, 0x8000, 0x7bff, 0x7c00, 0xfc00];
    const values = await fromBytes(
      10,
      [halves.length],
      halves.flatMap((h) => [h & 255, h >> 8]),
    );
    const third = 1365 / 4096;
    expect(values).to.deep.equal([1, -2, third, 2 ** -24, 1023 * 2 ** -24, -0, 65504, Infinity, -Infinity]);
    expect((await fromBytes(10, [1], [0x01, 0x7c]))[0]).to.be.NaN;
  });

  it('reads every float16', async () => {
    const halves = Array.from({ length: 1 << 16 }, (_, half) => half);
    const values = await fromBytes(
      10,
      [halves.length],
      halves.flatMap((h) => [h & 255, h >> 8]),
    );
    expect(values).to.deep.equal(halves.map(ofHalfBits));
  });

  it('clamps 64-bit integers to ±2^53', async () => {
    const most = [255, 255, 255, 255, 255, 255, 255, 127];
    expect(await fromBytes(7, [1], most)).to.deep.equal([2 ** 53]);
    expect(await fromBytes(7, [1], [0, 0, 0, 0, 0, 0, 0, 128])).to.deep.equal([-(2 ** 53)]);
    expect(await fromBytes(13, [1], [255, 255, 255, 255, 255, 255, 255, 255])).to.deep.equal([2 ** 53]);
  });

  it('reads the typed fields, packed or one by one', async () => {
    const packed = await initializer({ dims: [2], write: (pbf) => pbf.writePackedFloat(4, [1, 2.5]) });
    expect([...packed.tensor!.data]).to.deep.equal([1, 2.5]);
    const single = await initializer({
      dims: [2],
      write: (pbf) => {
        pbf.writeFloatField(4, 1);
        pbf.writeFloatField(4, 2.5);
      },
    });
    expect([...single.tensor!.data]).to.deep.equal([1, 2.5]);
    const double = await initializer({ dims: [2], type: 11, write: (pbf) => pbf.writePackedDouble(10, [1, -3]) });
    expect([...double.tensor!.data]).to.deep.equal([1, -3]);
    const int32 = await initializer({ dims: [2], type: 6, write: (pbf) => pbf.writePackedVarint(5, [7, -7]) });
    expect([...int32.tensor!.data]).to.deep.equal([7, -7]);
    const half = await initializer({ dims: [1], type: 10, write: (pbf) => pbf.writePackedVarint(5, [0x3c00]) });
    expect([...half.tensor!.data]).to.deep.equal([1]);
    const int64 = await initializer({ dims: [2], type: 7, write: (pbf) => pbf.writePackedVarint(7, [-1, 5]) });
    expect(int64.tensor!.data).to.deep.equal(Float64Array.of(-1, 5));
    expect((await initializer({ dims: [0], type: 7 })).tensor!.data.length).to.equal(0);
  });

  it('leaves element types without a counterpart for the importer to refuse', async () => {
    expect(await initializer({ dims: [1], type: 8 })).to.deep.include({ elementType: 'string', tensor: undefined });
  });

  it('takes weights from a file beside the model', async () => {
    const entry = (key: string, value: string) => (pbf: PbfWriter) => {
      pbf.writeMessage(
        13,
        (_, out) => {
          out.writeStringField(1, key);
          out.writeStringField(2, value);
        },
        undefined,
      );
    };
    const external = (location: string, offset: number, length: number): Uint8Array =>
      onnxFile({
        initializers: [
          {
            name: 'w',
            dims: [2],
            write: (pbf) => {
              entry('location', location)(pbf);
              entry('offset', String(offset))(pbf);
              entry('length', String(length))(pbf);
              pbf.writeVarintField(14, 1);
            },
          },
        ],
      });
    const file = external('net.onnx.data', 4, 8);
    const data = new Uint8Array(Float32Array.of(9, 1, 2).buffer);
    expect(await externalFiles(file)).to.deep.equal(['net.onnx.data']);
    const { graph } = await readOnnx(file, {
      external: (location) => (location === 'net.onnx.data' ? data : undefined),
    });
    expect([...graph.initializers.get('w')!.tensor!.data]).to.deep.equal([1, 2]);
    await expectRejection(ModelFormatError, /"w".*"net\.onnx\.data"/, () => readOnnx(file));
    await expectRejection(ModelFormatError, /too short/, () => readOnnx(external('d', 8, 8), { external: () => data }));
    await expectRejection(ModelFormatError, /fill its shape/, () =>
      readOnnx(external('d', 0, 4), { external: () => data }),
    );
    for (const location of ['../secret', '/etc/x', 'https://example.org/x', 'a/../../b']) {
      await expectRejection(ModelFormatError, /beside the model/, () => externalFiles(external(location, 0, 8)));
    }
  });

  it('names an initializer whose data do not fill its shape', async () => {
    await expectRejection(
      ModelFormatError,
      'initializer "conv1.weight": its data do not fill its shape; expected 24 bytes for 2×3 float; got 8',
      () => initializer({ name: 'conv1.weight', dims: [2, 3], values: [1, 2] }),
    );
    await expectRejection(ModelFormatError, /"w".*2 values/, () =>
      initializer({ name: 'w', dims: [2], type: 7, values: [1] }),
    );
    await expectRejection(ModelFormatError, /"w": a negative size/, () =>
      initializer({ name: 'w', dims: [-2], values: [1] }),
    );
    await expectRejection(ModelFormatError, /"w"/, () =>
      initializer({ name: 'w', dims: [2 ** 40, 2 ** 40], values: [1] }),
    );
    await expectRejection(ModelFormatError, /"w"/, () => initializer({ name: 'w', dims: [0, 4], values: [1] }));
  });

  it('says what bytes that are no model look like', async () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13);
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(), /an empty file/],
      [text('<!DOCTYPE html><html><body>404 not found</body></html>'), /an HTML page/],
      [text('<?xml version="1.0"?><Error/>'), /an XML document/],
      [text('{"error": "not found"}'), /JSON/],
      [text('version https://git-lfs.github.com/spec/v1\noid sha256:00'), /Git LFS/],
      [text('Not found, sorry.'), /text that begins "Not found, sorry\."/],
      [png, /a PNG picture/],
      [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), /a JPEG picture/],
      [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0), /gzip/],
      [text('PK\x03\x04 and so on'), /a ZIP archive/],
      [Uint8Array.of(8, 7), /no graph/],
    ];
    for (const [bytes, message] of cases) await expectRejection(ModelFormatError, message, () => readOnnx(bytes));
  });

  it('reports a model cut off anywhere', async () => {
    const bytes = onnxFile({
      nodes: [{ type: 'Relu', inputs: ['x'], outputs: ['y'], attributes: { a: [1, 2], b: 0.5, c: 'text' } }],
      initializers: [{ name: 'w', dims: [4], values: [1, 2, 3, 4] }],
      inputs: [{ name: 'x', dims: ['N', 3] }],
      outputs: [{ name: 'y', dims: ['N', 3] }],
      opset: 17,
    });
    const beforeOpset = bytes.length - 4;
    for (let length = 1; length < beforeOpset; length++) {
      await expectRejection(ModelFormatError, /./, () => readOnnx(bytes.subarray(0, length)));
    }
  });

  it('ends quickly, with its own error or a model, on bytes changed at random', async () => {
    const bytes = onnxFile({
      nodes: [
        { type: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes: { pads: [1, 1, 1, 1], auto_pad: 'VALID' } },
      ],
      initializers: [{ name: 'w', dims: [2, 2], values: [1, 2, 3, 4] }],
      inputs: [{ name: 'x', dims: ['N', 3, 8, 8] }],
      outputs: [{ name: 'y' }],
    });
    let seed = 1;
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    const start = performance.now();
    for (let round = 0; round < 5000; round++) {
      const damaged = bytes.slice();
      for (let k = 0; k <= random(4); k++) damaged[random(bytes.length)] = random(256);
      try {
        await readOnnx(damaged);
      } catch (error) {
        expect(error, String(error)).to.be.instanceOf(ModelFormatError);
      }
    }
    expect(performance.now() - start).to.be.lessThan(5000);
  });
});
