// Files of the networks of test/zoo, with weights that are drawn; pages fetch them.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../setup.mjs';

const FILES = 'build/bench/files';
const SEED = 5;

/** The address of a network's file on the server of the bench, and its size. */
export async function fileOf(name) {
  const address = `${FILES}/${name}.onnx`;
  const path = join(root, address);
  if (!existsSync(path)) await make(name, path);
  return { address: `/${address}`, bytes: statSync(path).size };
}

async function make(name, path) {
  const [{ build }, { zoo }] = await Promise.all([import('esbuild'), import('../../esbuild.config.mjs')]);
  await build(zoo());
  const { withWeights } = await import('../../build/zoo-check/check.js');
  const net = join(root, 'test/zoo/nets', name);
  mkdirSync(join(root, FILES), { recursive: true });
  const weights = JSON.parse(readFileSync(`${net}.json`, 'utf8'));
  writeFileSync(path, withWeights(gunzipSync(readFileSync(`${net}.onnx.gz`)), weights, SEED));
}
