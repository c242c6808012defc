import type { OnnxImporter, OnnxNode } from '../../ir/op.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { emit, operandsOf } from '../internal/onnx.ts';
import { reshapeTo, unsqueeze } from '../internal/view.ts';
import { multiplied } from '../matmul/matmul.ts';

/** A tensor and the label of each of its axes. */
interface Labelled {
  readonly tensor: string;
  readonly labels: readonly string[];
}

export const einsum: Readonly<Record<string, OnnxImporter>> = { Einsum: importEinsum };

/** Sums of products in Einstein's notation, as products of matrices: operands two by two, in their order. */
function importEinsum(n: OnnxNode): readonly string[] {
  const names = operandsOf(n);
  const { terms, result } = parsed(n, names.length);
  const operands = names.map((tensor, i): Labelled => diagonal(n, { tensor, labels: terms[i]! }));
  let left = operands[0]!;
  for (const [i, right] of operands.slice(1).entries()) {
    const later = new Set([...result, ...operands.slice(i + 2).flatMap(({ labels }) => labels)]);
    left = product(n, left, right, later);
  }
  const { tensor, labels } = summed(n, left, new Set(result));
  const permutation = result.map((label) => labels.indexOf(label));
  if (permutation.includes(-1)) n.refuse('its result has an axis that no operand has');
  return [emit(n, 'transpose', [tensor], { permutation })];
}

/** The labels of each operand and of the result. Axes that an ellipsis stands for are numbered from their end: `-1`, `-2`. */
function parsed(n: OnnxNode, operands: number): { terms: readonly string[][]; result: readonly string[] } {
  const equation = n.string('equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const parts = left.split(',');
  if (!/^[A-Za-z.,]*(->[A-Za-z.]*)?$/.test(equation) || parts.length !== operands)
    n.refuse(`the equation "${equation}"`);
  let hidden = 0;
  const expanded = (text: string, rank?: number): string[] => {
    const letters = Array.from(text.replace('...', ''));
    if (letters.includes('.')) n.refuse(`the equation "${equation}"`);
    if (!text.includes('...')) return letters;
    if (rank !== undefined) hidden = Math.max(hidden, rank - letters.length);
    const count = rank === undefined ? hidden : rank - letters.length;
    const at = text.indexOf('...');
    return [
      ...letters.slice(0, at),
      ...Array.from({ length: count }, (_, i) => String(i - count)),
      ...letters.slice(at),
    ];
  };
  const terms = parts.map((text, i) => {
    const { length } = n.value(i).shape;
    const labels = expanded(text, length);
    return labels.length === length
      ? labels
      : n.refuse(`"${text}" does not name the ${String(length)} axes of an operand`);
  });
  // Without an arrow: what occurs once, in alphabetical order.
  const once = [...new Set(terms.flat())].filter(
    (label) => terms.flat().filter((other) => other === label).length === 1,
  );
  const implicit = `${left.includes('...') ? '...' : ''}${once
    .filter((label) => !label.startsWith('-'))
    .sort()
    .join('')}`;
  const result = expanded(right ?? implicit);
  if (new Set(result).size < result.length) n.refuse('its result names an axis twice');
  return { terms, result };
}

/** Axes of one label become their diagonal. */
function diagonal(n: OnnxNode, { tensor, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (second === -1) return { tensor, labels };
  const label = labels[second]!;
  const first = labels.indexOf(label);
  const { shape } = n.builder.value(tensor);
  const size = shape[first]!;
  if (shape[second] !== size) n.refuse(`the axes "${label}" are of different sizes`);
  const others = [...shape.keys()].filter((axis) => axis !== first && axis !== second);
  const sizes = others.map((axis) => shape[axis]!);
  const turned = transposed(n, tensor, [...others, first, second]);
  const rows = reshapeTo(n.builder, turned, [...sizes, size * size]);
  const attributes = {
    starts: [...others.map(() => 0), 0],
    sizes: [...others.map(() => -1), size],
    steps: [...others.map(() => 1), size + 1],
  };
  const along = n.builder.add('slice', [rows], attributes, { name: n.name });
  return diagonal(n, { tensor: along, labels: [...others.map((axis) => labels[axis]!), label] });
}

/** Without the axes that are not wanted, along which it is added up. */
function summed(n: OnnxNode, { tensor, labels }: Labelled, wanted: ReadonlySet<string>): Labelled {
  const axes = [...labels.keys()].filter((axis) => !wanted.has(labels[axis]!));
  if (axes.length === 0) return { tensor, labels };
  const sum = n.builder.add('reduce', [tensor], { mode: 'sum', axes, keepdims: false }, { name: n.name });
  return { tensor: sum, labels: labels.filter((label) => wanted.has(label)) };
}

/** A batch of products of matrices [rows, inner] · [inner, columns], each of which may be several axes; `later` are kept. */
function product(n: OnnxNode, a: Labelled, b: Labelled, later: ReadonlySet<string>): Labelled {
  const left = summed(n, a, new Set([...later, ...b.labels]));
  const right = summed(n, b, new Set([...later, ...a.labels]));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const sizes = sizesOf(n, [left, right]);
  const ordered = (of: Labelled, order: readonly string[]): string =>
    transposed(
      n,
      of.tensor,
      order.map((label) => of.labels.indexOf(label)),
    );
  if (inner.length === 0) {
    const [before, behind] = [ordered(left, [...batch, ...rows]), ordered(right, [...batch, ...columns])];
    const { shape } = n.builder.value(before);
    const wide = reshapeTo(n.builder, before, [...shape, ...columns.map(() => 1)]);
    const deep = unsqueeze(
      n.builder,
      behind,
      rows.map((_, i) => batch.length + i),
    );
    return { tensor: n.builder.add('mul', [wide, deep], {}, { name: n.name }), labels };
  }
  const matrices = (of: Labelled, ...groups: readonly (readonly string[])[]): string => {
    const turned = ordered(of, [...batch, ...groups.flat()]);
    const { shape } = n.builder.value(turned);
    const merged = groups.map((group) => sizeOf(group.map((label) => sizes.get(label)!)));
    return reshapeTo(n.builder, turned, [...shape.slice(0, batch.length), ...merged]);
  };
  const operands = [matrices(left, rows, inner), matrices(right, inner, columns)] as const;
  const y = multiplied(n.builder, operands, [false, false], { name: n.name });
  const shape = labels.map((label) => sizes.get(label)!);
  return { tensor: reshapeTo(n.builder, y, shape), labels };
}

/** How large each label is. Those of an ellipsis broadcast; others are of one size wherever they stand. */
function sizesOf(n: OnnxNode, operands: readonly Labelled[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { tensor, labels } of operands) {
    const { shape } = n.builder.value(tensor);
    for (const [axis, label] of labels.entries()) {
      const [before, size] = [sizes.get(label) ?? shape[axis]!, shape[axis]!];
      const broadcasts = label.startsWith('-') && (before === 1 || size === 1);
      if (before !== size && !broadcasts)
        n.refuse(`the axes "${label}" are of the sizes ${String(before)} and ${String(size)}`);
      sizes.set(label, Math.max(before, size));
    }
  }
  return sizes;
}

function transposed(n: OnnxNode, tensor: string, permutation: readonly number[]): string {
  if (permutation.every((axis, i) => axis === i)) return tensor;
  return n.builder.add('transpose', [tensor], { permutation }, { name: n.name });
}
