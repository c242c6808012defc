// A process of scripts/zoo.mjs: looks at one network, says what became of it, and ends.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-web';
import { check, withWeights } from '../../build/zoo-check/check.js';
import { root } from '../setup.mjs';

const SEED = 5;
/** Each of its blocks adds three branches twice: with longer ones its GELUs would get thousands, and be steps. */
const FILTER_LENGTH = { repvit_m0_9: 0.5, 'repvit_m0_9-dynamo': 0.5 };

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Bits of float16 of a whole number up to 2048. */
function halfOf(n) {
  const exponent = n > 0 ? Math.floor(Math.log2(n)) : -15;
  return n > 0 ? ((exponent + 15) << 10) | ((n / 2 ** exponent - 1) * 1024) : 0;
}

/** ONNX's name of a type → onnxruntime's, and its numbers; all others are floats. */
const TYPES = {
  double: ['float64', (data) => Float64Array.from(data)],
  float16: ['float16', (data) => Uint16Array.from(data, halfOf)],
  int32: ['int32', (data) => Int32Array.from(data)],
  uint8: ['uint8', (data) => Uint8Array.from(data)],
};

/** Inputs that nothing in the file takes: tf2onnx leaves such of what it has folded. */
function unused({ inputMetadata }) {
  return inputMetadata.slice(1).map(({ name, type, shape }) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return [
      name,
      new ort.Tensor(
        type,
        TYPES[type === 'float64' ? 'double' : type]?.[1](Array(size).fill(0)) ?? new Float32Array(size),
        shape,
      ),
    ];
  });
}

async function oracle(bytes, { data, shape }, elementType) {
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'basic' });
  const [type, numbersOf] = TYPES[elementType] ?? ['float32', (numbers) => numbers];
  const picture = { [session.inputNames[0]]: new ort.Tensor(type, numbersOf(data), shape) };
  const results = await session.run({ ...Object.fromEntries(unused(session)), ...picture });
  return results[session.outputNames[0]].data;
}

const [name] = process.argv.slice(2);
const path = join(root, 'test/zoo/nets', name);
const weights = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
const bytes = withWeights(gunzipSync(readFileSync(`${path}.onnx.gz`)), weights, SEED, FILTER_LENGTH[name]);
const verdict = await check(bytes, oracle);
process.send({ ...verdict, megabytes: bytes.length / 1e6 }, () => process.exit());
