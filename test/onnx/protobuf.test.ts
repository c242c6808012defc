import { expect } from 'chai';
import { PbfWriter } from 'pbf';
import { ProtobufReader } from '../../src/onnx/protobuf.ts';

/** What the first field holds, as `read` reads it. */
function first<T>(write: (pbf: PbfWriter) => void, read: (reader: ProtobufReader) => T): T {
  const pbf = new PbfWriter();
  write(pbf);
  const reader = new ProtobufReader(pbf.finish());
  let value: T | undefined;
  reader.fields(reader.bytes.length, () => {
    value ??= read(reader);
  });
  return value!;
}

const of = (...bytes: number[]): ProtobufReader => new ProtobufReader(Uint8Array.from(bytes));
const skipping = (reader: ProtobufReader) => () => {
  reader.fields(reader.bytes.length, () => undefined);
};

describe('ProtobufReader', () => {
  it('reads integers of up to 64 bits', () => {
    const numbers = [
      0,
      1,
      127,
      128,
      300,
      16_384,
      2 ** 21,
      2 ** 28 - 1,
      2 ** 28,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 35,
      2 ** 53,
    ];
    for (const n of numbers) {
      const write = (pbf: PbfWriter): void => {
        pbf.writeVarintField(1, n);
      };
      expect(first(write, (reader) => reader.varint())).to.equal(n);
      expect(first(write, (reader) => reader.varint(true))).to.equal(n);
    }
    for (const n of [-1, -2, -128, -(2 ** 31), -(2 ** 32), -(2 ** 53)]) {
      const write = (pbf: PbfWriter): void => {
        pbf.writeVarintField(1, n);
      };
      expect(first(write, (reader) => reader.varint(true))).to.equal(n);
    }
    expect(of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1).varint(), 'unsigned').to.equal(2 ** 64);
  });

  it('reads floats, text, bytes and messages', () => {
    expect(
      first(
        (pbf) => pbf.writeFloatField(1, 1.5),
        (reader) => reader.float(),
      ),
    ).to.equal(1.5);
    for (const text of ['', 'a', 'Größe 大きさ 🐝', '\uFEFFmarked', 'longer than what is read letter by letter'])
      expect(
        first(
          (pbf) => pbf.writeStringField(1, text),
          (reader) => reader.string(),
        ),
      ).to.equal(text);
    const bytes = Uint8Array.of(1, 2, 3);
    expect([
      ...first(
        (pbf) => pbf.writeBytesField(1, bytes),
        (reader) => reader.blob(),
      ),
    ]).to.deep.equal([1, 2, 3]);
    const inner = first(
      (pbf) => {
        pbf.writeMessage(
          1,
          (_, nested) => {
            nested.writeVarintField(3, 7);
            nested.writeStringField(4, 'seven');
          },
          undefined,
        );
        pbf.writeVarintField(2, 9);
      },
      (reader) => {
        const read: [number, unknown][] = [];
        reader.message((tag) => read.push([tag, tag === 3 ? reader.varint() : reader.string()]));
        return read;
      },
    );
    expect(inner).to.deep.equal([
      [3, 7],
      [4, 'seven'],
    ]);
  });

  it('reads repeated numbers, packed or one by one', () => {
    const read = (reader: ProtobufReader): number[] => {
      const numbers: number[] = [];
      reader.each(() => numbers.push(reader.varint(true)));
      return numbers;
    };
    expect(first((pbf) => pbf.writePackedVarint(1, [1, -1, 300]), read)).to.deep.equal([1, -1, 300]);
    expect(first((pbf) => pbf.writeVarintField(1, 300), read)).to.deep.equal([300]);
  });

  it('skips what nobody reads', () => {
    const pbf = new PbfWriter();
    pbf.writeVarintField(1, 2 ** 40);
    pbf.writeDoubleField(2, 1);
    pbf.writeFloatField(3, 1);
    pbf.writeStringField(4, 'text');
    pbf.writeStringField(5, '');
    pbf.writeVarintField(6, 5);
    const reader = new ProtobufReader(pbf.finish());
    const tags: number[] = [];
    reader.fields(reader.bytes.length, (tag) => tags.push(tag));
    expect(tags).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('refuses what is broken', () => {
    expect(skipping(of(8)), 'no value').to.throw(RangeError, 'a number that is cut off');
    expect(skipping(of(8, 128)), 'half a number').to.throw(RangeError, 'a number that is cut off');
    expect(skipping(of(8, ...new Array<number>(10).fill(255)))).to.throw(RangeError, 'more than 64 bits');
    expect(skipping(of(10, 5, 1)), 'too long').to.throw(RangeError, 'a field of 5 bytes where 1 are left');
    expect(skipping(of(9, 1, 2)), 'half a double').to.throw(RangeError, 'does not end where its message ends');
    expect(skipping(of(11)), 'a group').to.throw(RangeError, 'a field of kind 3');
    expect(() =>
      first(
        (pbf) => pbf.writeVarintField(1, 3),
        (reader) => reader.string(),
      ),
    ).to.throw(RangeError, 'a number where text or a message is expected');
    const longer = of(10, 2, 8, 128, 1);
    expect(() => {
      longer.fields(5, () => {
        longer.message(() => longer.varint());
      });
    }, 'beyond the end of its message').to.throw(RangeError);
  });
});
