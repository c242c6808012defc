import { shown } from '../check.ts';
import {
  ArgumentError,
  ModelFormatError,
  ShapeError,
  UnpoolError,
  UnsupportedOpError,
  type UnsupportedNode,
} from '../errors.ts';
import { prune } from '../graph/prune.ts';
import type { Graph } from '../ir/graph.ts';
import { MAX_AXES, MAX_TENSOR_ELEMENTS } from '../limits.ts';
import { graphBuilder, importerOf, loadAllReferences, loadOps, opOf } from '../ops/registry.ts';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { breather } from '../work/breathe.ts';
import { inSlices } from '../work/steps.ts';
import type { OnnxModel, OnnxModelNode, OnnxValue } from './model.ts';
import { ModelNode, numbersOf, Refusal } from './node.ts';
import { intoLayout, outsideOf, type PictureLayout } from './picture.ts';
import { readOnnx, type ReadOptions } from './read.ts';
import { dtypeOf, isFloat } from './tensor.ts';
import { castsToFloat, COUNTING, MOVING } from './whole-numbers.ts';

export interface ImportOptions extends ReadOptions {
  /** Size of an input's first axis where the file leaves it open; 1 by default. */
  readonly batch?: number | undefined;
  /** Shapes of inputs: where the file leaves more open than the batch, or another size is wanted. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
  /**
   * Inputs that are given as pictures [n, c, h, w], and how the file orders their axes. `shapes` are then of that order too,
   * and whole numbers are given as floats.
   */
  readonly pictures?: Readonly<Record<string, PictureLayout>> | undefined;
  /** Inputs whose numbers are given now, once and for all. */
  readonly constants?: Readonly<Record<string, Tensor>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a graph of an ONNX model: every difference between opsets ends here. Constant subgraphs are computed, names that
 * had to change are in `aliases`. Outputs that are no floats, such as the number of the best class, are left out where there
 * are others. Throws {@link UnsupportedOpError} with everything in the file that cannot run here,
 * {@link ShapeError} where sizes are open or do not fit (naming the node), {@link ModelFormatError} for a broken file.
 * Pauses now and then, so that a page stays alive.
 */
export async function importOnnx(source: OnnxModel | Uint8Array, options: ImportOptions = {}): Promise<Graph> {
  if (!isModel(source)) {
    throw new ModelFormatError('this is no model', { expected: 'the bytes of an ONNX file', got: shown(source) });
  }
  const read = source instanceof Uint8Array ? await readOnnx(source, options) : source;
  const part = (model: OnnxModel): Promise<Graph> => importOnnx(model, options);
  const file = isNested(read) ? await (await import('./inline.ts')).inlined(read, part) : read;
  const model = isPlain(file) ? file : (await import('./plain.ts')).plain(file);
  await loadOps(model.graph.nodes.map(operatorOf));
  if (computesConstants(model.graph, options)) await loadAllReferences();
  const importer = new Importer(model);
  importer.tensors(options);
  const breathe = breather(options.signal);
  for (const [index, node] of model.graph.nodes.entries()) {
    importer.node(node, index);
    await breathe();
  }
  const graph = importer.finish();
  const layouts = Object.values(options.pictures ?? {});
  const isUsual =
    layouts.every((layout) => layout === 'nchw') &&
    graph.inputs.every((name) => graph.values.get(name)!.shape.length === 4) &&
    !graph.nodes.some(({ op }) => opOf(op).permutation);
  return isUsual ? graph : inSlices((await import('../graph/as-images.ts')).asImages(graph), options.signal);
}

/** Nodes stand for others. */
function isNested({ functions, graph: { nodes } }: OnnxModel): boolean {
  return functions.length > 0 || nodes.some(({ type }) => type === 'If');
}

/** Outputs are floats, and each node comes after those whose results it takes: ONNX demands that, and some exporters do not. */
function isPlain({ graph: { nodes, outputs } }: OnnxModel): boolean {
  const missing = new Set(nodes.flatMap((node) => node.outputs));
  missing.delete('');
  return (
    outputs.every(isFloat) &&
    nodes.every((node) => {
      const isReady = !node.inputs.some((name) => missing.has(name));
      for (const name of node.outputs) missing.delete(name);
      return isReady;
    })
  );
}

/** Some node has nothing but constants to work on, as those that compute shapes have. */
function computesConstants({ nodes, initializers }: OnnxModel['graph'], { constants = {} }: ImportOptions): boolean {
  const known = new Set(['', ...initializers.keys(), ...Object.keys(constants)]);
  return nodes.some(({ type, inputs, outputs }) => {
    if (!CONSTANTS.has(type) && !inputs.every((name) => known.has(name))) return false;
    for (const output of outputs) known.add(output);
    return !CONSTANTS.has(type) && type !== 'Cast';
  });
}

/** Operators that make constants whatever they are given. */
const CONSTANTS: ReadonlySet<string> = new Set(['Constant', 'Shape', 'Size']);

/** Scripts without types give anything. */
function isModel(source: unknown): boolean {
  return source instanceof Uint8Array || (typeof source === 'object' && source !== null && 'graph' in source);
}

class Importer {
  readonly #model: OnnxModel;
  readonly #builder = graphBuilder();
  /** Tensor of the file → tensor of the graph. */
  readonly #scope = new Map<string, string>();
  /** Tensor of the file that has no numbers → why, or undefined when that was said of the node that should make it. */
  readonly #unusable = new Map<string, string | undefined>();
  /** Tensors of the file that hold whole numbers and vary between runs; of the graph they are floats. */
  readonly #whole = new Set<string>();
  readonly #refused: UnsupportedNode[] = [];

  /** Something cannot run in any case: all else that cannot is looked for, and nothing long is computed on the way. */
  readonly #onlyLooks: boolean;

  constructor(model: OnnxModel) {
    this.#model = model;
    this.#onlyLooks = model.graph.nodes.some((node) => !importerOf(operatorOf(node)));
  }

  /** Initializers and inputs. */
  tensors(options: ImportOptions): void {
    const { initializers, inputs } = this.#model.graph;
    const constants = new Map(Object.entries(options.constants ?? {}));
    const pictures = new Map(Object.entries(options.pictures ?? {}));
    checkNames(options, inputs);
    for (const [name, initializer] of initializers) {
      if (name === '') continue; // nothing can take it: an input without a name is one left out
      const numbers = constants.get(name) ?? numbersOf(initializer);
      if (numbers) this.#scope.set(name, this.#builder.constant(name, numbers));
      else this.#unusable.set(name, `initializer "${name}" has the element type ${initializer.elementType}`);
    }
    // Before IR version 4 initializers are listed as inputs too.
    const varying: OnnxValue[] = [];
    const seen = new Set<string>();
    for (const input of inputs) {
      const { name, elementType = 'no tensor' } = input;
      if (initializers.has(name)) continue;
      if (name === '' || seen.has(name))
        throw new ModelFormatError('inputs must have names of their own', { got: `"${name}"` });
      seen.add(name);
      const given = constants.get(name);
      if (given) this.#scope.set(name, this.#builder.constant(name, given));
      else if (dtypeOf(elementType)?.startsWith('float')) varying.push(input);
      else if (pictures.has(name) && PICTURE_TYPES.has(elementType)) {
        this.#whole.add(name);
        varying.push(input);
      } else this.#unusable.set(name, `input "${name}" is ${elementType}, only floats vary between runs`);
    }
    const outside = varying.map((input) => {
      const layout = pictures.get(input.name);
      return layout ? outsideOf(input, layout) : input;
    });
    for (const [name, shape] of inputShapes(outside, options)) {
      const input = this.#builder.input(name, 'float32', shape);
      const layout = pictures.get(name);
      this.#scope.set(name, layout ? intoLayout(this.#builder, input, layout) : input);
    }
  }

  node(node: OnnxModelNode, index: number): void {
    const label = node.name || node.outputs.find((output) => output !== '') || `${node.type}_${String(index)}`;
    const named = new Set<string>();
    const twice = node.outputs.find((output) => {
      const made = output !== '' && (this.#isMade(output) || named.has(output));
      named.add(output);
      return made;
    });
    if (twice !== undefined) {
      throw new ModelFormatError(`tensor "${twice}" is made twice`, { where: `node "${label}"` });
    }
    const operands = node.inputs.map((input) => this.#operand(input, node, label));
    const importer = importerOf(operatorOf(node));
    const blocked = node.inputs.filter((input) => this.#unusable.has(input));
    // An operator that is not there is said so of every node, whether or not its inputs are known.
    const reasons = importer ? blocked.map((input) => this.#unusable.get(input)) : [whyUnknown(node)];
    if (this.#onlyLooks && reasons.length === 0 && this.#isLong(operands)) reasons.push(undefined);
    const whole = node.inputs.some((input) => this.#whole.has(input));
    if (whole && MOVING.has(node.type)) for (const output of node.outputs) this.#whole.add(output);
    else if (whole && importer && !castsToFloat(node) && !COUNTING.has(node.type)) {
      reasons.push('it computes with whole numbers that vary between runs; cast them to floats before');
    }
    let results: readonly string[] | undefined;
    const where = `node "${label}" (${node.type})`;
    if (importer && reasons.length === 0 && node.outputs.some((output) => output !== '')) {
      try {
        if (ALIKE.has(node.type)) this.#expectAlike(operands);
        const version = node.opset ?? this.#model.opsets.get('') ?? 1;
        results = importer(new ModelNode(node, label, version, operands, this.#builder));
        this.#expectFloats(results);
      } catch (error) {
        if (!(error instanceof Refusal)) throw explained(error, label, where);
        results = undefined;
        reasons.push(error.message);
      }
    }
    for (const reason of reasons) {
      if (reason !== undefined) this.#refused.push({ op: operatorOf(node), node: label, reason });
    }
    for (const [i, output] of node.outputs.entries()) {
      const result = results?.[i];
      const lacking = results && `output ${String(i)} of ${node.type} "${label}" is not computed`;
      if (output === '') continue;
      else if (result === undefined) this.#unusable.set(output, lacking);
      else this.#scope.set(output, result);
    }
  }

  finish(): Graph {
    const { name, outputs, nodes } = this.#model.graph;
    if (outputs.length === 0) throw new ModelFormatError('the graph has no outputs');
    const results = outputs.map((output) => {
      const reason = this.#unusable.get(output.name);
      if (reason !== undefined) this.#refused.push({ op: 'output', node: output.name, reason });
      const result = this.#scope.get(output.name);
      if (result === undefined && !this.#unusable.has(output.name)) {
        throw new ModelFormatError(`nothing makes the output "${output.name}"`);
      }
      return result ?? '';
    });
    if (this.#refused.length > 0) throw new UnsupportedOpError(this.#refused);

    for (const [from, to] of this.#scope) if (from !== to) this.#builder.alias(from, { tensor: to });
    // A node whose work other nodes do, or that needed none, still has a name.
    const written = new Map(this.#builder.nodes.map((node) => [node.name, node.outputs[0]]));
    for (const node of nodes) {
      const result = this.#scope.get(node.outputs[0] ?? '');
      const known = node.name === '' || written.get(node.name) === result || this.#scope.has(node.name);
      if (result !== undefined && !known) this.#builder.alias(node.name, { tensor: result });
    }
    return prune(this.#builder.build(name, results), results);
  }

  /** An input's name in the graph; '' where it is not given or cannot be used. */
  #operand(input: string, { type }: OnnxModelNode, label: string): string {
    const operand = this.#scope.get(input);
    if (operand !== undefined || input === '' || this.#unusable.has(input)) return operand ?? '';
    throw new ModelFormatError(`tensor "${input}" is missing`, {
      where: `node "${label}" (${type})`,
      expected: 'an initializer, an input, or the output of another node',
    });
  }

  /** What these make is constant, and takes a while to compute. */
  #isLong(operands: readonly string[]): boolean {
    const constants = operands.map((name) => (name === '' ? undefined : this.#builder.constantOf(name)));
    if (!operands.every((name, i) => name === '' || constants[i])) return false;
    return constants.some((constant) => constant && constant.data.length > SHORT);
  }

  #isMade(tensor: string): boolean {
    return this.#scope.has(tensor) || this.#unusable.has(tensor);
  }

  /** Integers are exact in float32 up to 2^24 only, and roundings differ: nothing that varies is computed with them. */
  #expectFloats(results: readonly string[]): void {
    for (const name of results) {
      const varies = name !== '' && this.#builder.constantOf(name) === undefined;
      const { dtype } = varies ? this.#builder.value(name) : { dtype: 'float32' };
      if (dtype !== 'float32' && dtype !== 'uint32') throw new Refusal(`it makes ${dtype} of what varies between runs`);
    }
  }

  /** Throws {@link ModelFormatError} where numbers of different types are to be computed with each other. */
  #expectAlike(operands: readonly string[]): void {
    const types = operands.filter(Boolean).map((name) => this.#builder.value(name).dtype);
    // Doubles become floats, but not all of them at once.
    if (new Set(types.map((type) => type.startsWith('float') || type)).size > 1)
      throw new ModelFormatError('inputs of different types', { got: types.join(', ') });
  }
}

function whyUnknown({ domain }: OnnxModelNode): string {
  return domain === '' ? 'not implemented' : 'an operator outside the standard';
}

/** Operators whose inputs are all of one type. */
const ALIKE: ReadonlySet<string> = new Set(
  'Add BatchNormalization Conv ConvTranspose Div Gemm MatMul Mul PRelu Sub'.split(' '),
);

/** Numbers that are computed at once. */
const SHORT = 10_000;

/** An error of an operation, with the node of the file that it is about. */
function explained(error: unknown, label: string, where: string): unknown {
  if (error instanceof UnpoolError && error.details.where?.includes(`"${label}"`)) return error;
  const got = error instanceof Error ? error.message : String(error);
  if (error instanceof ShapeError) return new ShapeError('its tensors do not fit', { where, got, cause: error });
  const what = error instanceof RangeError ? 'its result does not fit into memory' : 'it makes no sense as it is';
  return new ModelFormatError(what, { where, got, cause: error });
}

/** Elements of an input that can hold the bytes of a picture. */
const PICTURE_TYPES: ReadonlySet<string> = new Set(['uint8', 'uint16', 'int16', 'int32', 'int64', 'uint32', 'uint64']);

function operatorOf({ domain, type }: OnnxModelNode): string {
  return domain === '' ? type : `${domain}:${type}`;
}

function checkNames({ shapes, constants, pictures }: ImportOptions, inputs: readonly OnnxValue[]): void {
  for (const name of [shapes, constants, pictures].flatMap((named) => Object.keys(named ?? {}))) {
    if (inputs.some((input) => input.name === name)) continue;
    const expected = inputs.map((input) => `"${input.name}"`).join(', ');
    throw new ArgumentError(`the model has no input "${name}"`, { expected });
  }
}

/** The shape of each input, with the sizes that the file leaves open filled in. */
function inputShapes(inputs: readonly OnnxValue[], { batch, shapes }: ImportOptions): Map<string, Shape> {
  const open: string[] = [];
  const result = new Map<string, Shape>();
  for (const { name, shape } of inputs) {
    const wanted = shapes && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    const where = `input "${name}"`;
    if (wanted && shape && wanted.length !== shape.length) {
      throw new ShapeError('the wrong number of axes', { where, expected: describe(shape), got: formatShape(wanted) });
    }
    const sizes = wanted ?? shape?.map((dim, axis) => (typeof dim === 'string' && axis === 0 ? (batch ?? 1) : dim));
    if (!sizes || sizes.some((size) => typeof size === 'string')) {
      open.push(`"${name}" ${shape ? describe(shape) : '(unknown rank)'}`);
      continue;
    }
    const numbers = sizes.map(Number);
    const frozen = typeof shape?.[0] === 'number' && !wanted;
    if (batch !== undefined && frozen && shape[0] !== batch) {
      throw new ShapeError('the file fixes the batch', {
        where,
        expected: describe(shape),
        got: `batch ${String(batch)}`,
        remedy: 'Give its whole shape in `shapes` to try another.',
      });
    }
    const possible = numbers.length <= MAX_AXES && numbers.every((n) => Number.isInteger(n) && n >= 1);
    if (!possible || sizeOf(numbers) > MAX_TENSOR_ELEMENTS) {
      const Kind = wanted ? ShapeError : ModelFormatError;
      const expected = `at most ${MAX_TENSOR_ELEMENTS.toLocaleString('en')} elements`;
      throw new Kind('an impossible shape', { where, expected, got: formatShape(numbers.slice(0, MAX_AXES)) });
    }
    result.set(name, numbers);
  }
  if (open.length > 0) {
    throw new ShapeError('the file leaves sizes of its inputs open', {
      got: open.join(', '),
      remedy: 'Give them in `shapes`.',
    });
  }
  return result;
}

/** `N×3×?×?` */
function describe(shape: NonNullable<OnnxValue['shape']>): string {
  return shape.map((dim) => (dim === '' ? '?' : String(dim))).join('×');
}
