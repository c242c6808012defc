import { expect } from 'chai';
import { ModelFetchError } from '../../src/errors.ts';
import { fetchModelFiles } from '../../src/models/model-files.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { rejection } from '../rejection.ts';

/** A protobuf field with a text or a message in it. */
function field(tag: number, ...parts: readonly (string | readonly number[])[]): number[] {
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part));
  return [(tag << 3) | 2, bytes.length, ...bytes];
}

/** An ONNX model that is nothing but the initializer "w" [2], its numbers from byte 4 of the file "m.onnx.data". */
function model(): Uint8Array<ArrayBuffer> {
  const entry = (key: string, value: string): number[] => field(13, field(1, key), field(2, value));
  const external = [...entry('location', 'm.onnx.data'), ...entry('offset', '4'), ...entry('length', '8')];
  const initializer = field(5, [0x08, 2, 0x10, 1], field(8, 'w'), external, [0x70, 1]);
  return Uint8Array.from([0x08, 8, ...field(7, initializer)]);
}

const weights = new Uint8Array(Float32Array.of(0, 1.5, -2).buffer);

describe('models/model-files', () => {
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it('fetches the weights that lie beside the model', async () => {
    const calls: string[] = [];
    globalThis.fetch = (input) => {
      calls.push(new Request(input).url);
      return Promise.resolve(new Response(calls.length === 1 ? model() : weights));
    };
    const loaded: number[] = [];
    const onProgress = (bytes: number): number => loaded.push(bytes);
    const { bytes, external } = await fetchModelFiles('https://x.test/a/m.onnx', { onProgress });
    expect(calls).to.deep.equal(['https://x.test/a/m.onnx', 'https://x.test/a/m.onnx.data']);
    expect(loaded).to.deep.equal([0, bytes.length, bytes.length, bytes.length + 12]);
    const { initializers } = (await readOnnx(bytes, { external })).graph;
    expect([...initializers.get('w')!.tensor!.data]).to.deep.equal([1.5, -2]);
  });

  it('takes files that were chosen together, and asks for one that is missing', async () => {
    const file = new File([model()], 'm.onnx');
    const beside = [file, new File([weights], 'm.onnx.data')];
    const { external } = await fetchModelFiles(file, { beside });
    expect(external('m.onnx.data')).to.deep.equal(weights);
    expect(external('other')).to.equal(undefined);
    const alone = await rejection(ModelFetchError, () => fetchModelFiles(file));
    expect(alone.message).to.contain('expected "m.onnx.data"').and.contain('got the model alone');
    const wrong = await rejection(ModelFetchError, () => fetchModelFiles(file, { beside: [new File([], 'n.data')] }));
    expect(wrong.message).to.contain('got "n.data"');
  });
});
