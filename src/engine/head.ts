import { ArgumentError } from '../errors.ts';
import { makersOf } from '../graph/tensors.ts';
import type { Graph, Node, Value } from '../ir/graph.ts';
import type { Squash } from '../ir/op.ts';
import type { Label } from '../models/labels.ts';
import type { HeadKind } from '../models/manifest.ts';
import { graphBuilder, opOf } from '../ops/registry.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { float32 } from '../tensor/tensor.ts';

/** How a network says what it sees. */
export interface Head {
  readonly kind: HeadKind;
  /**
   * Tensor [1, classes] of the unnormalised scores: what a last softmax or sigmoid is taken of, or the values themselves.
   * Of a yes-or-no network those of both answers, s and −s.
   */
  readonly logits: string;
  readonly classes: number;
  /** Numbers that the network itself gives: one for each class, but a single one for yes or no. */
  readonly units: number;
  /** Of a yes-or-no network the class that its one number speaks for; undefined of others. */
  readonly positive: number | undefined;
  /** The same, unless both answers have labels: the other one is then only meant where it is asked for. */
  readonly single: number | undefined;
  /** What the file says, and what was assumed: a figure states it. */
  readonly says: string;
}

/** What is known beforehand. */
export interface HeadHints {
  /** Found in the graph when absent. */
  readonly kind?: HeadKind | undefined;
  /** Tensor of the graph to be explained; found among the outputs when absent. */
  readonly logits?: string | undefined;
  /** Number of labels, 0 when there are none. */
  readonly labels: number;
}

/** One way a graph may be read: an output, and what it was made from. */
interface End {
  readonly output: string;
  readonly squash: 'softmax' | 'sigmoid' | undefined;
  /** What the softmax or sigmoid is taken of; else the output. */
  readonly scores: Value;
  /** The scores before they were given other shapes: the same where ends are the same. */
  readonly origin: string;
  /** Axis of the classes in the scores; undefined where nothing tells it. */
  readonly axis: number | undefined;
  readonly units: number;
  /** Sizes of the axes beside batch and classes, where they are not 1. */
  readonly places: readonly number[];
}

/**
 * Finds what a network ends with, looking through changes of shape, and makes the scores [1, classes] of it: maps are
 * averaged over their places. The graph is the same, or has a few nodes more behind what it had. Throws ArgumentError where
 * labels or hints do not fit, and where nothing tells which tensor the classes are, saying what there is.
 */
export function findHead(graph: Graph, hints: HeadHints): { readonly graph: Graph; readonly head: Head } {
  const end = chooseEnd(graph, hints);
  const kind = kindOf(graph, end, hints);
  expectLabels(kind, end.units, hints.labels);
  // A value is what the network gives, not what it was squashed from.
  const given = kind === 'values' && hints.logits === undefined ? endOf(graph, end.output, hints, false) : end;
  const { scores, axis } = given.units === end.units ? given : end;
  const builder = graphBuilder(graph);
  let logits = scores.name;
  const places = [...scores.shape.keys()].filter((i) => i > 0 && i !== axis);
  if (places.some((i) => scores.shape[i]! > 1)) {
    const attributes = { mode: 'mean', axes: places, keepdims: false };
    logits = builder.add('reduce', [logits], attributes, { name: 'mean over places' });
  } else if (axis !== 1 || (scores.shape.length !== 2 && scores.shape.length !== 4)) {
    logits = builder.add('reshape', [logits], { shape: [-1, end.units], allowZero: false }, { name: 'scores' });
  }
  const yesOrNo = kind === 'yes-or-no';
  // Two labels are those of no and yes, as Keras and scikit-learn order them; else the file's own number comes first.
  const positive = !yesOrNo ? undefined : hints.labels === 2 ? 1 : 0;
  if (yesOrNo) {
    const flat = builder.add('reshape', [logits], { shape: [-1, 1], allowZero: false });
    const signs = builder.constant('signs', float32([1, 2], positive === 1 ? [-1, 1] : [1, -1]));
    logits = builder.add('div', [flat, signs], {}, { name: 'both answers' });
  }
  const head = {
    kind,
    logits,
    classes: yesOrNo ? 2 : end.units,
    units: end.units,
    positive,
    single: hints.labels === 2 ? undefined : positive,
    says: describe(graph, kind, end, hints),
  };
  const same = logits === scores.name;
  return { graph: same ? graph : builder.build(graph.name, [...graph.outputs, logits]), head };
}

const makers = new WeakMap<Graph, ReadonlyMap<string, Node>>();

function makerOf(graph: Graph, tensor: string): Node | undefined {
  const all = makers.get(graph) ?? makersOf(graph);
  makers.set(graph, all);
  return all.get(tensor);
}

/** How an output was made. */
function endOf(graph: Graph, output: string, { labels }: HeadHints, unsquash: boolean = true): End {
  const found = unsquash ? squashBefore(graph, output) : undefined;
  let scores = graph.values.get(found?.scores ?? output)!;
  let axis = found?.axis;
  // Files of TensorFlow turn maps to [n, h, w, c] at the end.
  for (;;) {
    const node = makerOf(graph, scores.name);
    const permutation = node && opOf(node.op).permutation?.(node.attributes);
    if (!permutation) break;
    if (axis !== undefined) axis = permutation[axis]!;
    scores = graph.values.get(node.inputs[0]!)!;
  }
  axis ??= classAxis(scores.shape, labels);
  return {
    output,
    squash: found?.kind ?? (unsquash ? squashAfter(graph, output) : undefined),
    scores,
    origin: throughShapes(graph, scores.name),
    axis,
    units: axis === undefined ? 0 : (scores.shape[axis] ?? 1),
    places: scores.shape.filter((size, i) => i > 0 && i !== axis && size > 1),
  };
}

/** The softmax or sigmoid that an output was made by; what lies in between changes nothing in which class is how likely. */
function squashBefore(graph: Graph, output: string): Squash | undefined {
  for (let node = makerOf(graph, output); node; node = makerOf(graph, node.inputs[0]!)) {
    const { squash, keepsOrder } = opOf(node.op);
    const found = squash?.(node, (tensor) => makerOf(graph, tensor));
    if (found) {
      // A softmax over a single class is 1, whatever the network sees.
      const single = found.axis !== undefined && graph.values.get(found.scores)!.shape[found.axis] === 1;
      return single ? undefined : found;
    }
    const constants = node.inputs.slice(1).every((name) => graph.constants.has(name));
    if (!keepsOrder?.(node.attributes) || !constants) return undefined;
  }
  return undefined;
}

/** The softmax or sigmoid that an output is of this tensor. */
function squashAfter(graph: Graph, tensor: string): End['squash'] {
  const origin = throughShapes(graph, tensor);
  const all = graph.outputs.map((output) => squashBefore(graph, output));
  return all.find((found) => found && throughShapes(graph, found.scores) === origin)?.kind;
}

function throughShapes(graph: Graph, tensor: string): string {
  for (let at = tensor; ;) {
    const node = makerOf(graph, at);
    const op = node && opOf(node.op);
    if (!op?.view && !op?.permutation) return at;
    at = node!.inputs[0]!;
  }
}

/** The one axis that has a size; of several the one that the labels fit, or the channels of maps. */
function classAxis(shape: Value['shape'], labels: number): number | undefined {
  const axes = [...shape.keys()].slice(shape.length === 1 ? 0 : 1);
  const sized = axes.filter((axis) => shape[axis]! > 1);
  if (sized.length <= 1) return sized[0] ?? axes[0];
  const fitting = sized.filter((axis) => shape[axis] === labels);
  if (fitting.length === 1) return fitting[0];
  return shape.length === 4 ? 1 : undefined;
}

const ANYTHING_BUT = /aux|feat|embed|hidden|box|mask|anchor|loc/i;
const CLASSES = /logit|prob|score|class|pred|softmax|label/i;

/** The output that looks like classes. */
function chooseEnd(graph: Graph, hints: HeadHints): End {
  if (hints.logits !== undefined) {
    const end = endOf(graph, hints.logits, hints);
    if (end.axis !== undefined) return end;
    throw new ArgumentError('nothing tells which axis of the scores are the classes', {
      where: describeTensor(graph, hints.logits),
      remedy: 'Give `labels`, one for each class, or name another tensor in `logits`.',
    });
  }
  const ends = graph.outputs.map((output) => endOf(graph, output, hints)).filter(({ axis }) => axis !== undefined);
  const fits = ({ squash, units }: End): boolean =>
    units === hints.labels || (units === 1 && hints.labels <= 2 && squash !== 'softmax');
  let left = ends.filter((end) => !isPicture(graph, end, hints));
  for (const looksRight of [
    (end: End) => hints.labels === 0 || fits(end),
    ({ places }: End) => places.length === 0,
    ({ output }: End) => !ANYTHING_BUT.test(output),
    ({ squash }: End) => squash !== undefined,
    // The end of a product with weights, or its bias
    ({ scores }: End) => isEndOfProduct(graph, scores.name),
    ({ output }: End) => CLASSES.test(output),
  ]) {
    const better = left.filter(looksRight);
    if (better.length > 0) left = better;
    // Scores and their softmax are one head.
    if (new Set(left.map(({ origin }) => origin)).size <= 1) break;
  }
  const found = left.find(({ squash }) => squash !== undefined) ?? left[0];
  if (found && left.every(({ origin }) => origin === found.origin)) return found;
  const pictures = ends.length > 0 && left.length === 0;
  throw new ArgumentError(
    pictures ? 'the network makes a picture, not classes' : 'the network does not say which of its outputs are classes',
    {
      expected: 'an output 1×classes, or maps 1×classes×height×width',
      got: graph.outputs.map((output) => describeTensor(graph, output)).join(', ') || 'no output',
      remedy:
        'Name the tensor of the class scores in `logits` (and what they are in `head`); layers can be shown without.',
    },
  );
}

/** As large as the input and with as many channels: what autoencoders and filters of pictures make. */
function isPicture(graph: Graph, { scores, squash, axis }: End, { labels, kind }: HeadHints): boolean {
  const { shape } = graph.values.get(graph.inputs[0]!)!;
  const same =
    scores.shape.length === 4 && axis === 1 && scores.shape.every((n, i) => (i < 2 ? n === shape[i] : n >= shape[i]!));
  return same && sizeOf(shape.slice(2)) > 1 && squash !== 'softmax' && labels === 0 && kind === undefined;
}

function describeTensor(graph: Graph, name: string): string {
  return `"${name}" ${formatShape(graph.values.get(name)!.shape)}`;
}

function isEndOfProduct(graph: Graph, tensor: string): boolean {
  const node = makerOf(graph, tensor);
  if (!node) return false;
  const { product, tail } = opOf(node.op);
  return product !== undefined || tail === 'residual';
}

function kindOf(graph: Graph, { squash, scores, units }: End, { kind, labels }: HeadHints): HeadKind {
  if (kind === 'yes-or-no' && units !== 1) {
    throw new ArgumentError('a network that says yes or no has one output', {
      where: 'head',
      got: `${String(units)} outputs`,
    });
  }
  if (kind === 'one-of-many' && units === 1) {
    const remedy = 'A single output is `yes-or-no`, or one of `values`.';
    throw new ArgumentError('one of a single class is no choice', { where: 'head', got: kind, remedy });
  }
  if (kind !== undefined) return kind;
  if (squash === 'softmax') return 'one-of-many';
  if (squash === 'sigmoid') return units === 1 ? 'yes-or-no' : 'several-of-many';
  if (units === 1) return labels === 2 ? 'yes-or-no' : 'values';
  // Bounded results are no scores that a softmax could be taken of.
  const maker = makerOf(graph, scores.name);
  return maker && opOf(maker.op).bounded ? 'values' : 'one-of-many';
}

/** Throws unless there is a label for each class; yes and no can do with one. */
function expectLabels(kind: HeadKind, units: number, labels: number): void {
  if (labels === 0 || labels === units || (kind === 'yes-or-no' && labels <= 2)) return;
  const background =
    units === labels + 1
      ? ' Networks of TensorFlow often begin with a class for the background: put a name for it first.'
      : '';
  const expected =
    kind === 'yes-or-no' ? '1 label (of yes) or 2 (of no and of yes)' : `${String(units)} labels, one for each class`;
  throw new ArgumentError('the labels do not fit the classes of the network', {
    where: 'labels',
    expected,
    got: `${String(labels)} labels`,
    remedy: `Give the list the network was trained with, or name another tensor in \`logits\`.${background}`,
  });
}

function describe(graph: Graph, kind: HeadKind, end: End, hints: HeadHints): string {
  const { units, squash, places, output } = end;
  const mean = places.length === 0 ? '' : `, averaged over ${places.join('×')} places`;
  const others =
    graph.outputs.length > 1 && hints.logits === undefined
      ? `; “${output}” of ${String(graph.outputs.length)} outputs`
      : '';
  return `${hints.kind === undefined ? foundText(kind, units, squash) : givenText(kind, units)}${mean}${others}`;
}

function foundText(kind: HeadKind, units: number, squash: End['squash']): string {
  const many = `${String(units)} scores without a softmax`;
  if (kind === 'one-of-many')
    return squash ? `a softmax over ${String(units)} classes` : `${many}, taken for one of many classes`;
  if (kind === 'several-of-many') return `${String(units)} sigmoid outputs: several classes at once`;
  if (kind === 'yes-or-no') return squash ? 'one sigmoid output: yes or no' : 'one output, taken for yes or no';
  return units === 1 ? 'one output without a sigmoid, taken for a value' : `${String(units)} outputs, taken for values`;
}

function givenText(kind: HeadKind, units: number): string {
  if (kind === 'one-of-many') return `one of ${String(units)} classes`;
  if (kind === 'several-of-many') return `several of ${String(units)} classes`;
  if (kind === 'yes-or-no') return 'yes or no';
  return units === 1 ? 'a value' : `${String(units)} values`;
}

/** The labels of all classes: those of yes and no, and of values, have names of their own. */
export function namedClasses({ kind, classes, positive }: Head, labels: readonly Label[]): readonly Label[] {
  if (kind === 'yes-or-no' && labels.length < 2) {
    const [yes] = labels;
    const names = yes ? [yes.name, `not ${yes.name}`] : ['positive', 'negative'];
    return names.map((name, i) => ({
      id: i,
      name,
      ...(yes?.synset !== undefined && i === positive && { synset: yes.synset }),
    }));
  }
  if (kind !== 'values' || labels.length > 0) return labels;
  return Array.from({ length: classes }, (_, id) => ({ id, name: classes === 1 ? 'value' : `value ${String(id)}` }));
}
