// Loading large files: how long each stage takes, the longest task of the page's thread, and the most memory.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../setup.mjs';
import { LIMIT_MS, traceMainThread } from './long-tasks.mjs';
import { memoryOf } from './peak.mjs';

const FILES = join(root, 'build/bench/files');
const MB = 1e6;
const SEED = 5;
/** Of test/zoo: files of 100 and of 250 MB, and one whose weights are standardised in the file. */
const NETWORKS = ['resnet50', 'alexnet', 'nf_resnet50'];
/** Beyond what the backend holds and an empty page takes, of the file. */
const MOST = 1.5;

async function makeFile(name) {
  const path = join(FILES, `${name}.onnx`);
  if (existsSync(path)) return;
  const [{ build }, { zoo }] = await Promise.all([import('esbuild'), import('../../esbuild.config.mjs')]);
  await build(zoo());
  const { withWeights } = await import('../../build/zoo-check/check.js');
  const net = join(root, 'test/zoo/nets', name);
  mkdirSync(FILES, { recursive: true });
  const weights = JSON.parse(readFileSync(`${net}.json`, 'utf8'));
  writeFileSync(path, withWeights(gunzipSync(readFileSync(`${net}.onnx.gz`)), weights, SEED));
}

/** The longest task of a page that loads a file, ms of CPU time. */
async function longestTask(context, name, runScript) {
  let trace;
  let longest = 0;
  const onPage = async (page) => (trace = await traceMainThread(page));
  await runScript({ ...context, onPage }, 'load', [name], async () => {
    longest = Math.max(...(await trace.stop()).map(({ cpuMs }) => cpuMs));
  });
  return longest;
}

export async function measureLoading(context, runScript) {
  const rows = [];
  const goals = [];
  const empty = (await memoryOf(context, 'empty', runScript, 'load')).peak;
  for (const name of NETWORKS) {
    await makeFile(name);
    const megabytes = statSync(join(FILES, `${name}.onnx`)).size / MB;
    const task = await longestTask(context, name, runScript);
    const { peak, told } = await memoryOf(context, name, runScript, 'load');
    const beyond = (peak - empty) / MB;
    const share = (beyond - told['the backend holds, MB']) / megabytes;
    rows.push({
      network: name,
      'file, MB': megabytes,
      ...told,
      'longest task, ms of CPU time': task,
      'peak beyond an empty page, MB': beyond,
      'beyond what the backend holds, of the file': share,
    });
    goals.push({
      text: `${name}: longest task of the page’s thread, ms`,
      reached: task,
      bound: { atMost: LIMIT_MS },
      unit: 'ms',
    });
    goals.push({
      text: `${name}: peak memory beyond what the backend holds, of the file`,
      reached: share,
      bound: { atMost: MOST },
      unit: '×',
    });
  }
  return {
    rows,
    goals,
    notes: ['Proportional set size of the renderers at most, the Worker’s included. Files come from a local server.'],
  };
}
