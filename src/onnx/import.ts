import { shown } from '../check.ts';
import { ArgumentError, ModelFormatError, ShapeError, UnsupportedOpError, type UnsupportedNode } from '../errors.ts';
import { prune } from '../graph/prune.ts';
import type { Graph } from '../ir/graph.ts';
import { graphBuilder, importerOf, loadOps } from '../ops/table.ts';
import { formatShape, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OnnxModel, OnnxModelNode, OnnxValue } from './model.ts';
import { ModelNode, numbersOf, Refusal } from './node.ts';
import { readOnnx, type ReadOptions } from './read.ts';
import { dtypeOf } from './tensor.ts';

export interface ImportOptions extends ReadOptions {
  /** Size of an input's first axis where the file leaves it open; 1 by default. */
  readonly batch?: number | undefined;
  /** Shapes of inputs: where the file leaves more open than the batch, or another size is wanted. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
  /** Inputs whose numbers are given now, once and for all. */
  readonly constants?: Readonly<Record<string, Tensor>> | undefined;
}

/**
 * Makes a graph of an ONNX model: every difference between opsets ends here. Constant subgraphs are computed, names that
 * had to change are in `aliases`. Throws {@link UnsupportedOpError} with everything in the file that cannot run here,
 * {@link ShapeError} where sizes are open or do not fit (naming the node), {@link ModelFormatError} for a broken file.
 */
export async function importOnnx(source: OnnxModel | Uint8Array, options: ImportOptions = {}): Promise<Graph> {
  const given: unknown = source;
  if (typeof given !== 'object' || given === null || !('graph' in given || given instanceof Uint8Array)) {
    throw new ModelFormatError('this is no model', { expected: 'the bytes of an ONNX file', got: shown(source) });
  }
  const model = source instanceof Uint8Array ? await readOnnx(source, options) : source;
  await loadOps(model.graph.nodes.map(({ type }) => type));
  const importer = new Importer(model);
  importer.tensors(options);
  for (const [index, node] of model.graph.nodes.entries()) importer.node(node, index);
  return importer.finish();
}

class Importer {
  readonly #model: OnnxModel;
  readonly #builder = graphBuilder();
  /** Tensor of the file → tensor of the graph. */
  readonly #scope = new Map<string, string>();
  /** Tensor of the file that has no numbers → why, or undefined when that was said of the node that should make it. */
  readonly #unusable = new Map<string, string | undefined>();
  readonly #refused: UnsupportedNode[] = [];

  constructor(model: OnnxModel) {
    this.#model = model;
  }

  /** Initializers and inputs. */
  tensors(options: ImportOptions): void {
    const { initializers, inputs } = this.#model.graph;
    const { constants = {} } = options;
    checkNames(options, inputs);
    for (const [name, initializer] of initializers) {
      const numbers = constants[name] ?? numbersOf(initializer);
      if (numbers) this.#scope.set(name, this.#builder.constant(name, numbers));
      else this.#unusable.set(name, `initializer "${name}" has the element type ${initializer.elementType}`);
    }
    // Before IR version 4 initializers are listed as inputs too.
    const varying: OnnxValue[] = [];
    for (const input of inputs) {
      const { name, elementType = 'no tensor' } = input;
      if (initializers.has(name)) continue;
      if (constants[name]) this.#scope.set(name, this.#builder.constant(name, constants[name]));
      else if (['float32', 'float64'].includes(dtypeOf(elementType) ?? '')) varying.push(input);
      else this.#unusable.set(name, `input "${name}" is ${elementType}, only floats vary between runs`);
    }
    for (const [name, shape] of inputShapes(varying, options)) {
      this.#scope.set(name, this.#builder.input(name, 'float32', shape));
    }
  }

  node(node: OnnxModelNode, index: number): void {
    const label = node.name || node.outputs.find((output) => output !== '') || `${node.type}_${String(index)}`;
    const twice = node.outputs.find((output) => this.#scope.has(output) || this.#unusable.has(output));
    if (twice !== undefined) {
      throw new ModelFormatError(`tensor "${twice}" is made twice`, { where: `node "${label}"` });
    }
    const operands = node.inputs.map((input) => this.#operand(input, node, label));
    const importer = node.domain === '' ? importerOf(node.type) : undefined;
    const blocked = node.inputs.filter((input) => this.#unusable.has(input));
    // An operator that is not there is said so of every node, whether or not its inputs are known.
    const reasons = importer ? blocked.map((input) => this.#unusable.get(input)) : [this.#whyUnknown(node)];
    let results: readonly string[] | undefined;
    if (importer && reasons.length === 0) {
      try {
        const version = this.#model.opsets.get('') ?? 1;
        results = importer(new ModelNode(node, label, version, operands, this.#builder));
        this.#expectFloats(results);
      } catch (error) {
        if (error instanceof RangeError) {
          const where = `node "${label}" (${node.type})`;
          throw new ModelFormatError('its result does not fit into memory', { where, cause: error });
        }
        if (!(error instanceof Refusal)) throw error;
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
      expected: 'an initializer, an input, or the output of an earlier node',
      got: this.#model.graph.nodes.some(({ outputs }) => outputs.includes(input))
        ? 'the output of a later node'
        : 'a name that occurs nowhere else',
    });
  }

  /** Integers are exact in float32 up to 2^24 only, and roundings differ: nothing that varies is computed with them. */
  #expectFloats(results: readonly string[]): void {
    for (const name of results) {
      const varies = name !== '' && this.#builder.constantOf(name) === undefined;
      const { dtype } = varies ? this.#builder.value(name) : { dtype: 'float32' };
      if (dtype !== 'float32' && dtype !== 'uint32') throw new Refusal(`it makes ${dtype} of what varies between runs`);
    }
  }

  #whyUnknown({ domain, type }: OnnxModelNode): string {
    if (this.#model.functions.includes(`${domain}:${type}`))
      return 'defined by a function in the file; inline the functions';
    return domain === '' ? 'not implemented' : 'an operator outside the standard';
  }
}

function operatorOf({ domain, type }: OnnxModelNode): string {
  return domain === '' ? type : `${domain}:${type}`;
}

function checkNames({ shapes = {}, constants = {} }: ImportOptions, inputs: readonly OnnxValue[]): void {
  for (const name of [...Object.keys(shapes), ...Object.keys(constants)]) {
    if (inputs.some((input) => input.name === name)) continue;
    const expected = inputs.map((input) => `"${input.name}"`).join(', ');
    throw new ArgumentError(`the model has no input "${name}"`, { expected });
  }
}

/** WGSL's indices are 32-bit and no GPU buffer is larger; a file that says more is damaged. */
const MAX_ELEMENTS = 2 ** 31;

/** The shape of each input, with the sizes that the file leaves open filled in. */
function inputShapes(inputs: readonly OnnxValue[], { batch, shapes }: ImportOptions): Map<string, Shape> {
  const open: string[] = [];
  const result = new Map<string, Shape>();
  for (const { name, shape } of inputs) {
    const wanted = shapes?.[name];
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
    if (numbers.some((n) => !Number.isInteger(n) || n < 1) || numbers.reduce((a, b) => a * b, 1) > MAX_ELEMENTS) {
      const Kind = wanted ? ShapeError : ModelFormatError;
      throw new Kind('an impossible shape', { where, got: formatShape(numbers) });
    }
    result.set(name, numbers);
  }
  if (open.length > 0) {
    throw new ShapeError('the file leaves sizes of its inputs open', {
      got: open.join(', '),
      remedy: 'Give the shapes of these inputs in `shapes`.',
    });
  }
  return result;
}

/** `N×3×?×?` */
function describe(shape: NonNullable<OnnxValue['shape']>): string {
  return shape.map((dim) => (dim === '' ? '?' : String(dim))).join('×');
}
