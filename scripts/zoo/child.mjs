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

async function oracle(bytes, input, x) {
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'basic' });
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', x.data, x.shape) });
  return results[session.outputNames[0]].data;
}

const [name] = process.argv.slice(2);
const path = join(root, 'test/zoo/nets', name);
const weights = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
const bytes = withWeights(gunzipSync(readFileSync(`${path}.onnx.gz`)), weights, SEED, FILTER_LENGTH[name]);
const verdict = await check(bytes, oracle);
process.send({ ...verdict, megabytes: bytes.length / 1e6 }, () => process.exit());
