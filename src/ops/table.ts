import { checkList, checkText } from '../check.ts';
import { ModelFetchError, UnpoolError } from '../errors.ts';
import { GraphBuilder } from '../ir/builder.ts';
import type { Graph } from '../ir/graph.ts';
import type { OnnxImporter, Op } from '../ir/op.ts';
import { withoutNodes } from './operators/constants.ts';
import { CORE_OPERATORS, coreOps } from './core.ts';

const table = new Map<string, Op>();
const importers = new Map<string, OnnxImporter>();
registerOps(coreOps, withoutNodes);

/**
 * Makes operations known, and what reads operators of ONNX's default domain besides the ops' own importers. An op says all
 * that the system needs of it: see {@link Op}. Later ones replace earlier ones of the same name.
 */
export function registerOps(ops: readonly Op[], others: Readonly<Record<string, OnnxImporter>> = {}): void {
  for (const op of checkList('the operations', ops))
    table.set(checkText('the name of an operation', (op as Op | null)?.type), op);
  for (const operators of [others, ...ops.map(({ onnx }) => onnx ?? {})]) {
    for (const [operator, importer] of Object.entries(operators)) importers.set(operator, importer);
  }
}

let loading: Promise<void> | undefined;

/**
 * Makes sure that the operations are there which a file with these ONNX operators needs, forwards and backwards; all of
 * them without an argument. Throws ModelFetchError when their code cannot be fetched.
 */
export async function loadOps(operators?: readonly string[]): Promise<void> {
  if (operators && checkList('the list of operators', operators).every((name) => CORE_OPERATORS.has(name))) return;
  loading ??= import('./extra.ts').then(({ allOps, extraImporters }) => {
    registerOps(allOps, extraImporters);
  });
  try {
    await loading;
  } catch (cause) {
    loading = undefined;
    throw new ModelFetchError('the operations of this network could not be loaded', { cause });
  }
}

/** Every operation so far. */
export function loadedOps(): readonly Op[] {
  return [...table.values()];
}

/** The definition of an op by its type. */
export function opOf(type: string): Op {
  const op = table.get(type);
  if (op) return op;
  throw new UnpoolError('argument', `there is no op "${type}"`, {
    expected: [...table.keys()].join(', '),
    remedy: 'Await `loadOps()` first: it fetches the operations that few networks need.',
  });
}

/** What reads an operator of ONNX's default domain. */
export function importerOf(operator: string): OnnxImporter | undefined {
  return importers.get(operator);
}

/** Operators of ONNX that have one, so far. */
export function importedOperators(): readonly string[] {
  return [...importers.keys()];
}

/** A builder that knows the table. */
export function graphBuilder(from?: Graph): GraphBuilder {
  return new GraphBuilder(opOf, from);
}
