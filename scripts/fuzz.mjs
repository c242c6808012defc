// npm run fuzz -- [--seconds 120] [--seed 1] [--case n]: changes real files here and there, as seldom one is by accident,
// and does with each all that figures do without a device. Nothing may throw an error that is not ours, take more than 2 s of
// CPU time, or allocate more than 4 × (file + weights + activations of the declared shapes) and a little. What is found lies,
// made smaller, in build/fuzz/found; `--seed s --case n` does one case again.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, setUp } from './setup.mjs';

const FOUND = join(root, 'build/fuzz/found');
/** Processes at a time, and the memory of each. */
const PROCESSES = 2;
const HEAP_MB = 700;
/** A case that has not ended then hangs: far beyond what is slow, since the machine may do other things at the time. */
const HANG_MS = 90_000;
/** Cases that a process is asked for at a time. */
const PORTION = 200;

async function bundle() {
  const [{ build }, { fuzzer }] = await Promise.all([import('esbuild'), import('../esbuild.config.mjs')]);
  await build(fuzzer());
}

class Fuzzer {
  cases = 0;
  ran = 0;
  found = [];
  slowest = 0;
  #seed;
  #next = 0;
  #until;

  constructor(seed, until) {
    this.#seed = seed;
    this.#until = until;
  }

  /** One process after the other: a new one where the last hung, or had no memory left. */
  async work() {
    while (Date.now() < this.#until) await this.#process(this.#next, undefined);
  }

  only(index) {
    return this.#process(index, index + 1);
  }

  #process(from, only) {
    const child = fork(join(root, 'scripts/fuzz/child.mjs'), {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr.on('data', (text) => (said = (said + text).slice(-2000)));
    let current;
    let end = 0;
    let watch;
    let ended = false;
    const stop = () => {
      ended = true;
      child.kill();
    };
    return new Promise((resolve) => {
      const portion = () => {
        if (only === undefined && Date.now() >= this.#until) return stop();
        const first = only === undefined ? this.#next : from;
        end = only ?? first + PORTION;
        if (only === undefined) this.#next = end;
        child.send({ seed: this.#seed, from: first, until: end });
      };
      child.on('message', ({ ready, index, report }) => {
        clearTimeout(watch);
        watch = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
        if (ready) return portion();
        current = report ? undefined : index;
        if (!report) return;
        this.#count(index, report);
        if (only === undefined && Date.now() >= this.#until) stop();
        else if (index + 1 === end && only === undefined) portion();
        else if (index + 1 === end) stop();
      });
      child.on('exit', () => {
        clearTimeout(watch);
        if (current !== undefined && !ended) {
          const why = /heap out of memory/.test(said)
            ? 'memory: the heap is full'
            : `hang, or the end: ${said.slice(-500)}`;
          this.#count(current, { name: '', result: '', faults: [why], ms: HANG_MS });
        } else if (said !== '' && !ended) console.error(said);
        resolve();
      });
    });
  }

  #count(index, { name, result, faults, ms, bytes }) {
    this.cases += 1;
    if (result === 'ran') this.ran += 1;
    this.slowest = Math.max(this.slowest, ms);
    if (faults.length === 0) return;
    this.found.push(faults);
    console.log(`--seed ${this.#seed} --case ${index} (${name}): ${faults.join('; ')}`);
    if (bytes === undefined) return;
    mkdirSync(FOUND, { recursive: true });
    writeFileSync(join(FOUND, `${this.#seed}-${index}.onnx`), Buffer.from(bytes, 'base64'));
  }
}

await main(async () => {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, case: { type: 'string' } },
  });
  await setUp();
  await bundle();
  const seed = Number(values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000);
  console.log(`seed ${seed}`);
  const fuzzer = new Fuzzer(seed, Date.now() + 1000 * Number(values.seconds));
  if (values.case === undefined) await Promise.all(Array.from({ length: PROCESSES }, () => fuzzer.work()));
  else await fuzzer.only(Number(values.case));

  const { cases, ran, found, slowest } = fuzzer;
  const count = (kind) => found.filter((faults) => faults.some((fault) => fault.startsWith(kind))).length;
  console.log(
    `${cases} cases, of which ${ran} ran and the others were refused; the slowest took ${Math.round(slowest)} ms of CPU time`,
  );
  console.log(
    `${count('untyped')} untyped errors, ${count('slow')} over 2 s, ${count('memory')} with too much memory, ${count('hang')} that did not end`,
  );
  console.log(`${cases - found.length} passed, ${found.length} failed`);
  if (found.length > 0 || cases === 0) process.exit(1);
});
