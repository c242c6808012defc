import { checkList, checkText } from '../check.ts';
import { ModelFetchError, UnpoolError } from '../errors.ts';
import { GraphBuilder } from '../ir/builder.ts';
import type { Graph } from '../ir/graph.ts';
import type { OnnxImporter, Op } from '../ir/op.ts';
import { BASE_OPERATORS, baseImporters, baseOps } from './base.ts';
import type { Family, FamilyLaunches } from './family.ts';

/** A folder here, and of shaders/ where its operations have kernels. */
export type FamilyName =
  | 'arrange'
  | 'conv'
  | 'functions'
  | 'lppool'
  | 'matmul'
  | 'more'
  | 'norm'
  | 'paint'
  | 'pointwise'
  | 'pool'
  | 'quantised'
  | 'random'
  | 'reduce'
  | 'resample'
  | 'shape'
  | 'topk'
  | 'training'
  | 'tsne';

interface Source {
  load(): Promise<{ readonly family: Family }>;
  /** Operators of ONNX for which it is needed, those of other domains as `domain:name`; test/ops/families.test.ts compares. */
  readonly operators?: string;
  /** Families of which its importers and backward passes are composed too. */
  readonly needs?: readonly FamilyName[];
}

/**
 * ONNX operator → family → its code. A page fetches the families that its network needs, forwards and backwards, besides the
 * operations of base.ts.
 */
export const FAMILIES: Readonly<Record<FamilyName, Source>> = {
  arrange: {
    load: () => import('./arrange/index.ts'),
    needs: ['pointwise', 'resample'],
  },
  conv: {
    load: () => import('./conv/index.ts'),
    operators: 'ConvTranspose',
  },
  functions: { load: () => import('./functions/index.ts'), needs: ['pointwise'] },
  lppool: {
    load: () => import('./lppool/index.ts'),
    needs: ['pointwise', 'pool'],
  },
  matmul: {
    load: () => import('./matmul/index.ts'),
    operators: 'Gemm MatMul',
  },
  more: { load: () => import('./more/index.ts'), needs: ['matmul', 'norm', 'shape'] },
  norm: {
    load: () => import('./norm/index.ts'),
    operators: `BatchNormalization GroupNormalization InstanceNormalization LRN LayerNormalization LogSoftmax Softmax`,
    needs: ['pointwise'],
  },
  paint: { load: () => import('./paint/index.ts') },
  pointwise: {
    load: () => import('./pointwise/index.ts'),
    operators: `Abs Add Ceil Clip Div Exp Floor HardSigmoid HardSwish LeakyRelu Log Max Mean Min Mul Neg PRelu Pow Reciprocal
    Sigmoid Sign Softplus Sqrt Sub Sum Tanh`,
  },
  pool: {
    load: () => import('./pool/index.ts'),
    operators: 'AveragePool GlobalMaxPool',
  },
  quantised: { load: () => import('./quantised/index.ts') },
  random: { load: () => import('./random/index.ts') },
  reduce: {
    load: () => import('./reduce/index.ts'),
    operators: 'ReduceL2 ReduceMax ReduceMean ReduceMin ReduceSum',
    needs: ['pointwise'],
  },
  resample: {
    load: () => import('./resample/index.ts'),
    operators: 'Resize Upsample',
  },
  shape: {
    load: () => import('./shape/index.ts'),
    operators: 'ConstantOfShape DepthToSpace Gather Pad Range Shape Size Slice SpaceToDepth Split Tile Transpose',
  },
  topk: { load: () => import('./topk/index.ts') },
  training: { load: () => import('./training/index.ts') },
  tsne: { load: () => import('./tsne/index.ts') },
};

/**
 * Operators that no family lists are looked for among the rarer functions of numbers, and then among what is met so rarely that pages
 * do without its names: a new one needs no line here.
 */
const OF_OTHERS: FamilyName = 'functions';
const OF_RARE: readonly FamilyName[] = ['arrange', 'lppool', 'more', 'quantised'];

/** The families of base.ts. */
const BASE: readonly FamilyName[] = ['conv', 'pointwise', 'pool', 'reduce', 'shape'];

const NAMES = Object.keys(FAMILIES) as readonly FamilyName[];

const ops = new Map<string, Op>();
const importers = new Map<string, OnnxImporter>();
/** Types that somebody has defined besides the library, or instead of it. */
const defined = new Set<string>();
/** Type → the family that it was fetched with. */
const origins = new Map<string, FamilyName>();
learn(baseOps, baseImporters);

/**
 * Makes operations known, and what reads operators of ONNX besides the ops' own importers, those of other domains as `domain:name`. An op says all
 * that the system needs of it: see {@link Op}. Later ones replace earlier ones of the same name.
 */
export function registerOps(list: readonly Op[], others: Readonly<Record<string, OnnxImporter>> = {}): void {
  for (const op of checkList('the operations', list))
    defined.add(checkText('the name of an operation', (op as Op | null)?.type));
  learn(list, others);
}

function learn(list: readonly Op[], others: Readonly<Record<string, OnnxImporter>>): void {
  for (const op of list) ops.set(op.type, op);
  for (const [operator, importer] of importersOf(list, others)) importers.set(operator, importer);
}

function importersOf(
  list: readonly Op[],
  others: Readonly<Record<string, OnnxImporter>> = {},
): readonly (readonly [operator: string, importer: OnnxImporter])[] {
  return [others, ...list.map(({ onnx }) => onnx ?? {})].flatMap((operators) => Object.entries(operators));
}

const loading = new Map<FamilyName, Promise<Family>>();
const referring = new Map<FamilyName, Promise<void>>();

/**
 * Makes sure that the operations are there which a file with these ONNX operators needs, forwards and backwards; all of
 * them, in float64 too, without an argument. Throws ModelFetchError when their code cannot be fetched.
 */
export async function loadOps(operators?: readonly string[]): Promise<void> {
  if (!operators) return loadFamilies(NAMES);
  const others = checkList('the list of operators', operators).filter((operator) => !BASE_OPERATORS.has(operator));
  await Promise.all([...new Set(others.map(familyOf))].map(loadFamily));
  if (others.some((operator) => !importers.has(operator))) await Promise.all(OF_RARE.map(loadFamily));
}

function familyOf(operator: string): FamilyName {
  return NAMES.find((name) => FAMILIES[name].operators?.split(/\s+/).includes(operator)) ?? OF_OTHERS;
}

/** Makes sure that the operations of these families are there, in float64 too, and those that they are composed of. */
export async function loadFamilies(names: readonly FamilyName[]): Promise<void> {
  await Promise.all([...BASE, ...names].map(loadReferences));
}

/** The references of all that is loaded so far: for graphs in float64, and for files that compute with constants. */
export async function loadAllReferences(): Promise<void> {
  await loadFamilies([...loading.keys()]);
}

function loadFamily(name: FamilyName): Promise<Family> {
  return once(loading, name, async () => {
    const { load, needs = [] } = FAMILIES[name];
    const [{ family }] = await Promise.all([load(), ...needs.map(loadFamily)]);
    // What somebody has registered under a name of the family stays.
    for (const op of family.ops) {
      if (!ops.has(op.type)) ops.set(op.type, op);
      origins.set(op.type, name);
    }
    for (const [operator, importer] of importersOf(family.ops, family.importers))
      if (!importers.has(operator)) importers.set(operator, importer);
    return family;
  });
}

function loadReferences(name: FamilyName): Promise<void> {
  return once(referring, name, async () => {
    const family = await loadFamily(name);
    complete('evaluate', (await family.references?.())?.references);
  });
}

/** The families of operations of which it is not known how WebGPU computes them. */
export function withoutLaunches(types: Iterable<string>): ReadonlySet<FamilyName> {
  return new Set([...types].flatMap((type) => (ops.get(type)?.launches ? [] : (origins.get(type) ?? []))));
}

/** Says how WebGPU computes operations. */
export function learnLaunches({ launches, variants }: Partial<FamilyLaunches>): void {
  complete('launches', launches);
  complete('variants', variants);
}

/** Gives operations what they lack, by type; what somebody has defined stays as it is. */
function complete(what: 'evaluate' | 'launches' | 'variants', parts: Readonly<Record<string, unknown>> = {}): void {
  for (const [type, part] of Object.entries(parts)) {
    const op = ops.get(type);
    if (op && !op[what] && !defined.has(type)) ops.set(type, { ...op, [what]: part });
  }
}

/** What is fetched once, and again where that failed. */
export function once<T>(known: Map<FamilyName, Promise<T>>, name: FamilyName, load: () => Promise<T>): Promise<T> {
  const before = known.get(name);
  if (before) return before;
  const promise = load().catch((cause: unknown) => {
    known.delete(name);
    throw new ModelFetchError('a part of the library could not be loaded', { cause });
  });
  known.set(name, promise);
  return promise;
}

/** Every operation so far. */
export function loadedOps(): readonly Op[] {
  return [...ops.values()];
}

/** The definition of an op by its type. */
export function opOf(type: string): Op {
  const op = ops.get(type);
  if (op) return op;
  throw new UnpoolError('argument', `there is no op "${type}"`, {
    remedy: 'Await `loadOps()` first.',
  });
}

/** The reference of an operation that {@link registerOps} was given: no other part of the library knows it. */
export function definedElsewhere(type: string): Op['evaluate'] {
  return defined.has(type) ? ops.get(type)?.evaluate : undefined;
}

/** What reads an operator of ONNX, or of another domain, whose name stands before it with a colon. */
export function importerOf(operator: string): OnnxImporter | undefined {
  return importers.get(operator);
}

/** Operators of ONNX that have one, so far. */
export function importedOperators(): readonly string[] {
  return [...importers.keys()];
}

/** A builder that knows the operations. */
export function graphBuilder(from?: Graph): GraphBuilder {
  return new GraphBuilder(opOf, from);
}
