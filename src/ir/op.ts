import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { GraphBuilder } from './builder.ts';
import type { Dependence } from './dependence.ts';
import type { Attribute, Attributes, Node, Value } from './graph.ts';
import type { Arithmetic, NodeContext } from './node.ts';

export type { NodeContext, Reference, Result } from './node.ts';

/** One dispatch, as data. The GPU layer turns it into commands; nothing here knows WebGPU. */
export interface Launch {
  /** Path below shaders/ without extension, such as `conv/conv2d`. */
  readonly shader: string;
  /** Values for module constants (tile sizes) and `override` constants of the shader. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Fields of the shader's `Params` struct, all of them. */
  readonly params: Readonly<Record<string, number | readonly number[]>>;
  /** The parameter that is the stride between images of the output y, in elements, where that may be any. */
  readonly batchStride?: string | undefined;
  /** What it does is to copy `x` to `y` like this: where one can lie in the other, nothing needs to be launched. */
  readonly copies?: Rows | undefined;
  /** Shader variable → tensor name. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Invocations needed along x, y, z; rounded up to whole workgroups. Shaders guard their stores. */
  readonly threads: readonly [number, number, number];
}

/** A tensor that is walked along with strides, in elements. */
export interface View {
  readonly tensor: string;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Elements of x that are copied to y as they are, over an index space `shape`: each is walked along with its own strides. */
export interface Copy {
  readonly x: View;
  readonly y: View;
  readonly shape: Shape;
}

/** Elements that are copied as they are: `rows` runs of `size`, dense where they come from. Positions are elements. */
export interface Rows {
  readonly size: number;
  readonly rows: number;
  readonly fromStart: number;
  readonly toStart: number;
  /** Between the beginnings of two runs where they go. */
  readonly toStride: number;
}

/** What a device has that decides between ways to compute. */
export interface Capabilities {
  /** WGSL's subgroup operations. */
  readonly subgroups: boolean;
  /** Whether it computes on the CPU, on a GPU that shares the CPU's memory, or on one with its own. */
  readonly adapter: 'software' | 'integrated' | 'discrete';
  /** Code that compiles soon is worth more than code that runs fast. Both compute the same, to the last bit. */
  readonly baseline?: boolean;
}

/** The dispatches that compute a node on a device, in order. */
export type Launching<A = Attributes> = (context: NodeContext<A>, capabilities: Capabilities) => readonly Launch[];

/** Ways to compute a node on a device, best guess first: values of the attribute `variant`, for measurements. */
export type Choosing<A = Attributes> = (context: NodeContext<A>, capabilities: Capabilities) => readonly string[];

/** How a signal passes backwards through the operations on which the methods differ. */
export interface Rules {
  /**
   * ReLU and Clip. `gradient`: dy·[x>0]. `deconvnet`: dy·[dy>0] (Zeiler & Fergus 2014, §2.1). `guided`: dy·[x>0]·[dy>0]
   * (Springenberg et al. 2015, §3). Smooth activations under the last two: the gradient of max(dy, 0). docs/rules.md says what
   * that means for each activation function, and why.
   */
  readonly relu: 'gradient' | 'guided' | 'deconvnet';
  /** Overlapping pooling windows that share a maximum: add (the true sub-gradient), or keep the last in scan order. */
  readonly overlap: 'accumulate' | 'overwrite';
  /** Local response normalisation: its gradient, or left out on the way down as in Zeiler's deconvnet. */
  readonly lrn: 'gradient' | 'identity';
}

/** Rules for the whole net, or chosen node by node. */
export type RuleSet = Rules | ((node: Node) => Rules);

/** What a backward rule has at hand. It appends nodes with `builder` and returns the name of each wanted gradient. */
export interface BackwardContext<A> extends NodeContext<A> {
  readonly builder: GraphBuilder;
  readonly rules: Rules;
  /** Gradient with respect to each output; undefined where nothing flows back. At least one is defined. */
  readonly dy: readonly (string | undefined)[];
  /** Which inputs' gradients are asked for. */
  readonly wanted: readonly boolean[];
  /** Name of the node's output `index`; makes the forward node write it (pooling switches) when it does not yet. */
  output(index: number): string;
}

/** A node of an ONNX file as an importer sees it: attributes with defaults, inputs by tensor name, constants by value. */
export interface OnnxNode {
  readonly type: string;
  readonly name: string;
  /** Version of the default operator set the file imports. */
  readonly opset: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly builder: GraphBuilder;
  has(attribute: string): boolean;
  int(attribute: string, fallback: number): number;
  float(attribute: string, fallback: number): number;
  string(attribute: string, fallback: string): string;
  ints(attribute: string, fallback: readonly number[]): readonly number[];
  ints(attribute: string): readonly number[] | undefined;
  /** Exactly `count` numbers: refuses the node where the list has others. */
  list(attribute: string, count: number, fallback: number): readonly number[];
  floats(attribute: string): readonly number[] | undefined;
  tensor(attribute: string): Tensor | undefined;
  /** Input `index` is there (optional inputs may be missing or ''). */
  given(index: number): boolean;
  /** Name of a required input. Throws {@link ModelFormatError} when it is missing. */
  input(index: number): string;
  /** Name, shape and type of a required input. */
  value(index: number): Value;
  /** The numbers of an input that must be constant (axes, pads, bounds), undefined when it is not given. Throws the refusal when it is not constant. */
  constant(index: number): readonly number[] | undefined;
  /** As {@link constant}, of whole numbers. */
  whole(index: number): readonly number[] | undefined;
  /** Output `index` is named and so may be used by others. */
  wants(index: number): boolean;
  /** Says that this form of the operation is not supported; collected with all others of the file. */
  refuse(reason: string): never;
}

/** Appends the nodes that compute an ONNX node with `node.builder`, and returns the names of its outputs in order. */
export type OnnxImporter = (node: OnnxNode) => readonly string[];

/** A node with a constant that is too large to be bound. */
export interface SplitContext {
  readonly builder: GraphBuilder;
  readonly node: Node;
  /** Names of its inputs in the graph being built. */
  readonly inputs: readonly string[];
  /** Which of them is too large, and its numbers. */
  readonly operand: number;
  readonly constant: Tensor;
  readonly maxBytes: number;
}

/** How an op is done on a part of a picture [n, c, h, w] instead of the whole. */
export interface OnWindow {
  /** Of the op without padding. */
  readonly attributes: Attributes;
  /** What lies around the picture; needed of ops that look further than at one pixel. */
  readonly fill?: number;
  /** [1, 1, h, w]: what the output of the whole must be multiplied by, since some of its windows count fewer places. */
  readonly factors?: Tensor | undefined;
}

/** What an op can do to its results before it stores them: clamp or mask them, whose bounds are the same attributes. */
export interface EpilogueSupport {
  /** Keep them between the attributes `low` and `high`. */
  readonly clamp?: boolean;
  /** Add a tensor of their shape, given as this input. */
  readonly residual?: number;
  /** Pass them backwards through a ReLU, by the attributes `rule`, `low` and `high`; the mask is the last input. */
  readonly mask?: boolean;
}

/** The probabilities that a node makes of scores. */
export interface Squash {
  readonly kind: 'softmax' | 'sigmoid';
  /** Tensor of the scores. */
  readonly scores: string;
  /** Of the classes, of a softmax. */
  readonly axis?: number;
}

/** Finds the node that makes a tensor; undefined for inputs and constants. */
export type MakerOf = (tensor: string) => Node | undefined;

/**
 * What transforms and methods ask of an op, so that none of them has to know it by name. All are absent where they do not
 * hold.
 */
export interface Traits<A> {
  /**
   * Each element of the output is made from those at its place of the inputs, which broadcast as in numpy: a `function` of
   * the first input, of which the others are parameters, or `arithmetic` on all alike.
   */
  readonly pointwise?: 'function' | 'arithmetic';
  /**
   * Which places of each input an element of the outputs depends on: from this follow receptive fields, and what of a layer
   * a patch on the picture can change. Needed unless the op is pointwise; absent: on all of all inputs. `constants` of the
   * graph may say more. Undefined for an input that is not there.
   */
  dependence?(context: NodeContext<A>, constants: ReadonlyMap<string, Tensor>): readonly (Dependence | undefined)[];
  /** How it is done on a part of a picture; pointwise ops are done there as they are. Undefined: it is not. */
  onWindow?(context: NodeContext<A>): OnWindow | undefined;
  /** Each output is this multiple of the sum over a picture: what a patch changes can be added. Undefined: it is not. */
  sumScale?(context: NodeContext<A>): number | undefined;
  /**
   * Multiplies its first input with the second, the weights, and adds up. Weights of a convolution are [outputs, …], and
   * its third input is a bias [outputs].
   */
  readonly product?: 'convolution' | 'transposed convolution' | 'matrix';
  /** An activation function. `smooth` ones are never off: rules that go by that send max(dy, 0) through their gradient. */
  readonly activation?: 'rectifier' | 'smooth';
  /** The op that takes its place where signals must pass units that are off. */
  readonly redirected?: string;
  /** The output is the input. */
  isIdentity?(context: NodeContext<A>): boolean;
  /** Axis i of the output is axis permutation[i] of the input, and nothing else changes. */
  permutation?(attributes: A): readonly number[];
  /** Attributes that are lists of one number for each axis: with these in another order it does the same to axes in that order. */
  readonly perAxis?: readonly string[];
  /** y = x · scale + offset for each channel, axis 1; undefined where the numbers vary between runs. */
  perChannel?(
    context: NodeContext<A>,
    constants: ReadonlyMap<string, Tensor>,
  ): { readonly scale: Float64Array; readonly offset: Float64Array } | undefined;
  /** Of an op that adds a border: [top, left, bottom, right] where that is zeros around the last two of four axes. */
  zeroBorder?(context: NodeContext<A>): readonly number[] | undefined;
  /** The attributes with which it adds this border of zeros itself; undefined where that is not the same. */
  withZeroBorder?(attributes: A, border: readonly number[]): Attributes | undefined;
  readonly epilogue?: EpilogueSupport;
  /** What it can become at the end of the op before it. */
  readonly tail?: keyof EpilogueSupport;
  /** Sends its first input to the places in its second, which are the other output of the pool that found them. */
  readonly unpools?: boolean;
  /** y = min(max(x, low), high) */
  clamp?(attributes: A): readonly [low: number, high: number];
  /** The op and attributes that compute the same with weights of float16, two in a uint32; undefined where none do. */
  withHalves?(attributes: A, weights: Tensor): { readonly op: string; readonly attributes: Attributes } | undefined;
  /** All it does is to copy elements as they are; its launches are these, in order. */
  copies?(context: NodeContext<A>): readonly Copy[];
  /** Its constants may be infinite, as bounds and masks are. */
  readonly takesInfinity?: boolean;
  /** The probabilities that it makes; also of the last node of a softmax that is written out. */
  squash?(node: Node, makerOf: MakerOf): Squash | undefined;
  /** What it makes of scores of one class each is of the same class and order; undefined: always. */
  keepsOrder?(attributes: A): boolean;
  /** The results lie between two numbers, however large what it takes. */
  readonly bounded?: boolean;
  /** How a reader calls it, where the name of the op would not do. */
  title?(attributes: A): string;
}

/** All that the system knows of one operation. */
export interface Op<A extends Attributes = Attributes> extends Traits<A>, Arithmetic<A> {
  readonly type: string;
  /**
   * Dispatches for a device. An op without it runs on constants only. Operations of the library have it in a file of its own,
   * <op>.launches.ts, which is fetched when a graph is compiled for WebGPU.
   */
  launches?(...args: Parameters<Launching<A>>): ReturnType<Launching<A>>;
  /** Ways to compute it, where there are several: beside its launches. */
  variants?(...args: Parameters<Choosing<A>>): ReturnType<Choosing<A>>;
  /** Appends nodes that do the work of one in parts that can be bound, and returns the name of the result; undefined where none can. */
  split?(context: SplitContext): string | undefined;
  /** Vector-Jacobian product: the name of the gradient for each wanted input. Absent: no gradient passes. */
  backward?(context: BackwardContext<A>): readonly (string | undefined)[];
  /** How ONNX operators become this op, by operator name; of other domains than the default one by `domain:name`. */
  readonly onnx?: Readonly<Record<string, OnnxImporter>>;
}

/**
 * Keeps the attribute type of an op definition while the table holds them all as `Op`. Where only something else of its file
 * is used, bundlers leave a definition out.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineOp<A extends { readonly [K in keyof A]: Attribute | undefined } = Record<never, never>>(
  op: Op<A & Attributes>,
): Op {
  return op;
}
