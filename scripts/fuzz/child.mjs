// A process of scripts/fuzz.mjs: looks at one case after the other, and says of each what it took. It is ended from outside
// when one takes too long, so each is announced before it begins.
import { setImmediate } from 'node:timers/promises';
import { corpus } from './corpus.mjs';
import { countArrays } from './memory.mjs';

const allocated = countArrays();
const { Random, lookAt, minimised, mutate, operatorNames, readStrange, ...wire } =
  await import('../../build/fuzz/entry.js');

/** CPU time that a file may take. */
const MAX_MS = 2000;
/** Bytes for which a file need not account: tables that are computed from a few numbers. */
const FREE_BYTES = 100e6;
const MAX_RATIO = 4;
const MINIMISING_MS = 10_000;

const files = await corpus(wire);
const [networks, nodeTests] = [true, false].map((is) => files.filter(({ network }) => network === is));
const bytesOf = files.map(({ bytes }) => bytes);
const operators = await operatorNames();

/** Of so many cases one is JSON: a manifest, labels, an index. */
const JSON_EVERY = 10;

/** The first cases are the files as they are. */
function caseOf(seed, index) {
  if (index < files.length) return files[index];
  const random = new Random(seed * 1_000_003 + index);
  // Whole networks half of the time: there are far more node tests.
  const some = random.next() < 0.5 ? networks : nodeTests;
  const file = some[Math.floor(random.next() * some.length)];
  return { name: file.name, bytes: mutate(file.bytes, bytesOf, operators, random) };
}

/** What is wrong with a file, and how it ended. */
async function examine(bytes) {
  const before = allocated();
  const started = process.cpuUsage();
  const { result, fault, declaredBytes } = await lookAt(bytes);
  const { user, system } = process.cpuUsage(started);
  const ms = (user + system) / 1000;
  const used = allocated() - before;
  const faults = [];
  if (fault !== undefined) faults.push(`untyped: ${fault}`);
  if (ms > MAX_MS) faults.push(`slow: ${Math.round(ms)} ms`);
  if (used > FREE_BYTES + MAX_RATIO * declaredBytes) faults.push(`memory: ${used} bytes for ${declaredBytes} declared`);
  return { result, faults, ms, used, declaredBytes };
}

const kindsOf = ({ faults }) =>
  faults.map((fault) => fault.split(/[:\n]/, 2).join(':').replace(/\d+/g, '#')).join('; ');

function reportJson(seed, index) {
  const fault = readStrange(new Random(seed * 1_000_003 + index));
  return { name: 'JSON', result: 'read', faults: fault === undefined ? [] : [`untyped: ${fault}`], ms: 0 };
}

async function report(seed, index) {
  if (index >= files.length && index % JSON_EVERY === 0) return reportJson(seed, index);
  const { name, bytes } = caseOf(seed, index);
  let outcome = await examine(bytes);
  // A slow moment of the machine is no fault of the file.
  if (outcome.faults.some((fault) => fault.startsWith('slow'))) outcome = await examine(bytes);
  if (outcome.faults.length === 0) return { name, ...outcome };
  const kinds = kindsOf(outcome);
  process.send({ index, minimising: true });
  const small = await minimised(
    bytes,
    async (candidate) => kindsOf(await examine(candidate)) === kinds,
    performance.now() + MINIMISING_MS,
  );
  return { name, ...outcome, bytes: Buffer.from(small).toString('base64') };
}

process.on('message', async ({ seed, from, until, only }) => {
  for (let index = from; index < until; index += 1) {
    process.send({ index });
    await setImmediate();
    process.send({ index, report: await report(seed, index) });
    if (only) break;
  }
});
process.send({ ready: true, files: files.length });
