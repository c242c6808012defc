// The files that scripts/fuzz.mjs changes: networks, ONNX's own node tests, and what once failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const FOLDERS = ['test/fixtures/nets', 'test/fixtures/faults', 'test/fixtures/fuzz', 'models'];

/** TensorProto.DataType, and how the fixtures' numbers are written as such. */
const TYPES = {
  float32: { code: 1, encode: (bytes) => bytes },
  float64: { code: 11, encode: (bytes) => bytes },
  int32: { code: 6, encode: (bytes) => bytes },
  uint32: { code: 12, encode: (bytes) => bytes },
  uint8: { code: 2, encode: (bytes) => bytes },
  bool: { code: 9, encode: (bytes) => bytes },
  int64: {
    code: 7,
    encode: (bytes) =>
      new Uint8Array(BigInt64Array.from([...new Float64Array(bytes.slice().buffer)].map((n) => BigInt(n))).buffer),
  },
};

/** Names and bytes of all files. `wire` reads and writes them (test/fuzz/wire.ts). */
export async function corpus(wire) {
  const files = FOLDERS.flatMap((folder) =>
    (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
      .filter((name) => name.endsWith('.onnx'))
      .map((name) => ({
        name: join(folder, name),
        network: true,
        bytes: new Uint8Array(readFileSync(join(root, folder, name))),
      })),
  );
  return [...files, ...nodeTests(wire)];
}

/** Node tests take their parameters as inputs; here they are in the file, as in that of a network. */
function nodeTests({ parse, write, message, text }) {
  const { tests } = JSON.parse(readFileSync(join(root, 'test/fixtures/onnx-node/index.json'), 'utf8'));
  const data = new Uint8Array(readFileSync(join(root, 'test/fixtures/onnx-node/data.bin')));
  const at = ([offset, length]) => data.subarray(offset, offset + length);
  return tests.map(({ name, model, sets }) => {
    const tree = parse(at(model));
    const graph = tree.fields.find(({ tag }) => tag === 7).value;
    for (const [i, { name: input, dtype, shape, at: place }] of (sets[0]?.inputs ?? []).entries()) {
      if (i === 0 && dtype === 'float32') continue;
      const { code, encode } = TYPES[dtype];
      const dims = shape.map((value) => ({ tag: 1, value }));
      const raw = { tag: 9, value: encode(at(place)) };
      graph.fields.push({ tag: 5, value: message('tensor', ...dims, { tag: 2, value: code }, text(8, input), raw) });
    }
    return { name, network: false, bytes: write(tree) };
  });
}
