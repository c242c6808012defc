import { checkChoice, checkList, checkNumber, shown } from '../check.ts';
import { ArgumentError, ModelFormatError } from '../errors.ts';
import { MAX_CHECKPOINTS, MAX_UNPACKED_BYTES } from '../limits.ts';
import { breather } from '../work/breathe.ts';
import { unpackAside } from '../work/unpack-aside.ts';
import { packDifference, unpackDifference, type Field } from './differences.ts';
import { halved, initializerData, widened, type InitializerData } from './initializer-data.ts';

/** A training as it was at one step. What is not known of it is left out. */
export interface Measured {
  /** Steps done. */
  readonly step: number;
  /** Epochs done. */
  readonly epoch?: number | undefined;
  readonly loss?: number | undefined;
  /** Share of the examples that are right, 0…1. */
  readonly accuracy?: number | undefined;
  /** Of examples that it does not learn from. */
  readonly heldOutLoss?: number | undefined;
  readonly heldOutAccuracy?: number | undefined;
}

/** A network as it was at one step of its training. */
export interface Checkpoint extends Measured {
  /** The ONNX file, with its weights inside. */
  readonly onnx: Uint8Array;
}

/** What is measured over the steps of a training, between its checkpoints too. */
export type CurveName = (typeof CURVES)[number];
export type Curves = Partial<Readonly<Record<CurveName, readonly (readonly [step: number, value: number])[]>>>;

export interface PackOptions {
  readonly curves?: Curves | undefined;
  /** `float16`: weights are rounded once, and exact from then on. As they are in the files by default. */
  readonly precision?: 'float16' | 'float32' | undefined;
  /**
   * What else belongs to it, as JSON. Figures know `title`, `data` (where they are from), `labels`, `preprocessing`, `layers` (readable
   * names → names in the files) and `examples` (a bundled set of pictures).
   */
  readonly about?: Readonly<Record<string, unknown>> | undefined;
}

/** One of the checkpoints of a recording. */
export interface RecordedCheckpoint extends Measured {
  /** Its ONNX file, made anew at each call. */
  onnx(): Uint8Array<ArrayBuffer>;
}

/** A recorded training. */
export interface Recording {
  /** Oldest first. */
  readonly checkpoints: readonly RecordedCheckpoint[];
  readonly curves: Curves;
  readonly about: Readonly<Record<string, unknown>>;
}

// A bundle: these bytes, the lengths of the header packed and unpacked (uint32, little-endian), the header, the file of the first
// checkpoint without its weights, and for each checkpoint what its weights differ from those before. Each of them is a gzip of its
// own, whose CRC-32 finds what is damaged.
const SIGNATURE = new TextEncoder().encode('unpool checkpoints 1\n');
const PREFIX = SIGNATURE.length + 8;
/** Bytes of the header: curves of 100,000 points take 3 MB. */
const MAX_HEADER_BYTES: number = 2 ** 25;

interface Header {
  readonly checkpoints: readonly (Measured & { readonly packed: number })[];
  readonly curves?: Curves;
  readonly about?: Readonly<Record<string, unknown>>;
  /** Bytes of a file. */
  readonly size: number;
  readonly packed: number;
  /** For each initializer whether it is kept as float16. */
  readonly halves: readonly boolean[];
}

const CURVES = ['loss', 'accuracy', 'heldOutLoss', 'heldOutAccuracy'] as const;
const MEASURES = ['epoch', ...CURVES] as const;

/**
 * Packs a recorded training into one bundle: ONNX files of one graph, oldest first, of which all but the numbers of their initializers
 * is the same. Each keeps the difference from the one before; float32 numbers that float16 can hold take half the room. What
 * {@link readCheckpoints} gives back is the same to the bit (with `precision: 'float16'`: the same float32 files with rounded weights).
 *
 * Throws ArgumentError where there are none, where steps do not rise or files are of different graphs, and where a weight is too large
 * for float16; ModelFormatError for what is no ONNX file with its weights inside.
 */
export async function packCheckpoints(
  checkpoints: readonly Checkpoint[],
  { curves = {}, precision, about = {} }: PackOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (precision !== undefined) checkChoice('precision', precision, ['float16', 'float32']);
  checkSteps(checkList('the list of checkpoints', checkpoints, MAX_CHECKPOINTS));
  const breathe = breather(undefined);
  const [first] = checkpoints as readonly [Checkpoint, ...Checkpoint[]];
  const data = initializerData(first.onnx);
  const skeleton = withoutWeights(first.onnx, data);
  const files: Uint8Array[] = [];
  for (const { onnx, step } of checkpoints) {
    await breathe();
    await checkSameGraph(skeleton, data, onnx, `the checkpoint of step ${step}`);
    files.push(precision === 'float16' ? rounded(onnx, data) : onnx);
  }
  const halves = data.map((place) => files.every((file) => halved(file, place) !== undefined));
  const layout = fieldsOf(data, halves);

  const parts = [await compress(skeleton)];
  let before = new Uint8Array(layout.size);
  for (const file of files) {
    await breathe();
    const weights = weightsOf(file, data, halves, layout);
    parts.push(await compress(await packDifference(before, weights, layout.fields, breathe)));
    before = weights;
  }
  const header: Header = {
    checkpoints: checkpoints.map((checkpoint, i) => ({ ...measured(checkpoint), packed: parts[i + 1]!.length })),
    curves,
    about,
    size: skeleton.length,
    packed: parts[0]!.length,
    halves,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const packed = await compress(text);
  const lengths = new Uint8Array(8);
  const view = new DataView(lengths.buffer);
  view.setUint32(0, packed.length, true);
  view.setUint32(4, text.length, true);
  return joined([SIGNATURE, lengths, packed, ...parts]);
}

/**
 * Reads a bundle of {@link packCheckpoints}. All weights stay in memory, as float16 where they are kept so. Throws ModelFormatError
 * where the bytes are no bundle, damaged or cut off, or hold more than a gigabyte; the signal's reason when aborted.
 */
export async function readCheckpoints(
  bytes: Uint8Array,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Recording> {
  if (!(bytes instanceof Uint8Array) || SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    const got = bytes instanceof Uint8Array ? `${bytes.length} other bytes` : shown(bytes);
    throw new ModelFormatError('these are no recorded checkpoints', { expected: 'a bundle of packCheckpoints', got });
  }
  try {
    return await read(bytes, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFormatError('the recorded checkpoints are damaged or cut off', { got, cause });
  }
}

async function read(bytes: Uint8Array, signal: AbortSignal | undefined): Promise<Recording> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = PREFIX;
  const next = async (packed: number, size: number): Promise<Uint8Array<ArrayBuffer>> => {
    if (!(packed <= bytes.length - at)) throw new RangeError(`${bytes.length - at} bytes where ${packed} are expected`);
    const data = new Blob([new Uint8Array(bytes.subarray(at, at + packed))]);
    at += packed;
    return unpackAside({ data, format: 'gzip', bytes: size }, signal);
  };
  const headerSize = view.getUint32(SIGNATURE.length + 4, true);
  checkSize('its header', headerSize, MAX_HEADER_BYTES);
  const text = new TextDecoder().decode(await next(view.getUint32(SIGNATURE.length, true), headerSize));
  const { checkpoints, curves = {}, about = {}, size, packed, halves } = JSON.parse(text) as Header;
  checkSteps(checkList('the list of checkpoints', checkpoints, MAX_CHECKPOINTS));
  checkSize('a file', size, MAX_UNPACKED_BYTES);
  const skeleton = await next(packed, size);
  const data = initializerData(skeleton);
  const layout = fieldsOf(data, halves);
  checkSize('all weights', layout.size * checkpoints.length, MAX_UNPACKED_BYTES);
  const breathe = breather(signal);
  const all: Uint8Array[] = [];
  for (const checkpoint of checkpoints) {
    await breathe();
    const difference = await next(checkpoint.packed, layout.size);
    all.push(await unpackDifference(all.at(-1) ?? new Uint8Array(layout.size), difference, layout.fields, breathe));
  }
  if (at !== bytes.length) throw new RangeError(`${bytes.length - at} bytes too many`);
  return {
    checkpoints: checkpoints.map((checkpoint, i) => ({
      ...measured(checkpoint),
      onnx: () => withWeights(skeleton, data, halves, layout, all[i]!),
    })),
    curves: Object.fromEntries(CURVES.flatMap((name) => (curves[name] ? [[name, pointsOf(curves[name])]] : []))),
    about,
  };
}

/** JSON has no NaN: it is null there. */
function pointsOf(
  points: readonly (readonly [step: unknown, value: unknown])[],
): readonly (readonly [number, number])[] {
  const of = (value: unknown): number => (typeof value === 'number' ? value : NaN);
  return checkList('a curve', points).map(([step, value]) => [of(step), of(value)]);
}

/** How the weights of a checkpoint lie after one another. */
interface Layout {
  readonly fields: readonly Field[];
  /** Bytes of all. */
  readonly size: number;
}

function fieldsOf(data: readonly InitializerData[], halves: readonly boolean[]): Layout {
  let size = 0;
  const fields = data.map((place, i) => {
    const half = halves[i] === true;
    const field = { at: size, bytes: half ? place.bytes / 2 : place.bytes, unit: half ? 2 : place.unit };
    size += field.bytes;
    return field;
  });
  return { fields, size };
}

function weightsOf(
  file: Uint8Array,
  data: readonly InitializerData[],
  halves: readonly boolean[],
  { fields, size }: Layout,
): Uint8Array<ArrayBuffer> {
  const weights = new Uint8Array(size);
  for (const [i, place] of data.entries()) {
    weights.set(halves[i] ? halved(file, place)! : file.subarray(place.at, place.at + place.bytes), fields[i]!.at);
  }
  return weights;
}

function withWeights(
  skeleton: Uint8Array,
  data: readonly InitializerData[],
  halves: readonly boolean[],
  { fields }: Layout,
  weights: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(skeleton);
  for (const [i, { at }] of data.entries()) {
    const field = fields[i]!;
    const own = weights.subarray(field.at, field.at + field.bytes);
    file.set(halves[i] ? widened(own) : own, at);
  }
  return file;
}

function withoutWeights(file: Uint8Array, data: readonly InitializerData[]): Uint8Array<ArrayBuffer> {
  const skeleton = new Uint8Array(file);
  for (const { at, bytes } of data) skeleton.fill(0, at, at + bytes);
  return skeleton;
}

/** The file with float32 numbers that float16 can hold. */
function rounded(file: Uint8Array, data: readonly InitializerData[]): Uint8Array {
  const copy = new Uint8Array(file);
  for (const place of data) {
    if (!place.isFloat32) continue;
    const halves = halved(file, place, 'rounded');
    if (!halves) {
      throw new ArgumentError('a weight is no number, or too large for float16', {
        where: `initializer "${place.name}"`,
        remedy: 'Pack it with the precision of the files.',
      });
    }
    copy.set(widened(halves), place.at);
  }
  return copy;
}

async function checkSameGraph(
  skeleton: Uint8Array,
  data: readonly InitializerData[],
  file: Uint8Array,
  where: string,
): Promise<void> {
  const own = initializerData(file);
  const isAlike =
    own.length === data.length && own.every(({ at, bytes }, i) => at === data[i]!.at && bytes === data[i]!.bytes);
  if (isAlike && sameBytes(skeleton, withoutWeights(file, own))) return;
  const { differenceOf } = await import('./graph-difference.ts');
  const { expected, got } = await differenceOf(skeleton, file);
  throw new ArgumentError('the checkpoints are not of the same graph', { where, expected, got });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** They rise, and are numbers. */
function checkSteps(checkpoints: readonly Measured[]): void {
  if (checkpoints.length === 0) throw new ArgumentError('there are no checkpoints', { expected: 'one at least' });
  let before = -Infinity;
  for (const { step } of checkpoints) {
    checkNumber('the step of a checkpoint', step, { least: 0 });
    if (!(step > before)) {
      const expected = `a step after ${before}`;
      throw new ArgumentError('the checkpoints are not in order', { expected, got: String(step) });
    }
    before = step;
  }
}

function checkSize(what: string, size: number, most: number): void {
  if (Number.isInteger(size) && size >= 0 && size <= most) return;
  throw new RangeError(`${shown(size)} bytes for ${what}, of which there may be ${most.toLocaleString('en')}`);
}

/** What was measured of it, without what belongs to it otherwise. */
function measured(checkpoint: Measured): Measured {
  const known = MEASURES.filter((name) => Number.isFinite(checkpoint[name]));
  return { step: checkpoint.step, ...Object.fromEntries(known.map((name) => [name, checkpoint[name]])) };
}

async function compress(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
