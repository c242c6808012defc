import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from './support.mjs';

const CLI = pathOf('dist/cli.js');

/**
 * What is typed behind `unpool`; resolves to its exit code and what it wrote. Where stderr matches `breakOffAt`, somebody presses
 * Ctrl-C; so they do where `onOutput`, which is told the first that is on stdout, calls `end`.
 */
export function unpool(args, { breakOffAt, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let isBrokenOff = false;
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const isFirst = said.stdout === '';
      said.stdout += text;
      if (isFirst) onOutput?.(text, () => child.kill('SIGINT'))?.catch(reject);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said.stderr += text;
      if (isBrokenOff || !breakOffAt?.test(said.stderr)) return;
      isBrokenOff = true;
      child.kill('SIGINT');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

/** What it says with `--json`, on the CPU. Throws where it fails. */
export async function unpoolJson(...args) {
  const { code, stdout, stderr } = await unpool([...args, '--json']);
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** A folder that goes with the test. */
export async function folderFor(t) {
  const folder = await mkdtemp(join(tmpdir(), 'unpool-cli-'));
  t.after(() => rm(folder, { recursive: true }));
  return (name) => join(folder, name);
}

/** `count` at a time. */
export async function atOnce(count, items, work) {
  const left = [...items.entries()];
  const results = [];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: count }, worker));
  return results;
}
