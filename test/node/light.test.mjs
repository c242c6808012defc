// The nine whole networks that come with ONNX, at their full size; test/fixtures/onnx-node/README.md.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createCpuBackend, float32, importOnnx } from 'unpool';
import { pathOf, relativeError } from './support.mjs';

const FOLDER = pathOf('test/fixtures/onnx-node/light');
/** All weights of a layer are one number, so that roundings do not cancel: DenseNet's sum is 3.6e-6 away, the others equal. */
const MAX_ERROR = 1e-5;
const read = (file) => gunzipSync(readFileSync(`${FOLDER}/${file}`));
const networks = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.onnx.gz') ? [file.slice(0, -8)] : []));

let backend;
before(async () => (backend = await createCpuBackend({ worker: false })));
after(() => backend.dispose());

test('there are nine', () => assert.equal(networks.length, 9));

for (const name of networks) {
  test(`${name} of ONNX's light set gives the output that comes with it`, async (t) => {
    const graph = await importOnnx(Uint8Array.from(read(`${name}.onnx.gz`)));
    const [input] = graph.inputs;
    const { shape } = graph.values.get(input);
    const size = shape.reduce((product, n) => product * n);
    const executable = await backend.compile(graph);
    const x = float32(
      shape,
      Float32Array.from({ length: size }, (_, i) => i / size),
    );
    const { [graph.outputs[0]]: output } = await executable.run({ [input]: x });
    executable.dispose();
    const error = relativeError(output.data, new Float32Array(Uint8Array.from(read(`${name}.output.gz`)).buffer));
    t.diagnostic(`relative L2 ${error.toExponential(1)}`);
    assert(error <= MAX_ERROR, `relative L2 ${error}`);
  });
}
