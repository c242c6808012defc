import type { Random } from '../support/random.ts';
import { isMessage, message, parse, text, varint, write, type Field, type Kind, type Message } from './wire.ts';

/** Whole numbers that no exporter writes where they are read, and some that it might. */
export const ABSURD_NUMBERS: readonly number[] = [
  0,
  -1,
  1,
  2,
  3,
  5,
  16,
  100,
  255,
  65_536,
  1e6,
  1e9,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -2,
  -(2 ** 31),
  -(2 ** 53),
  2 ** 62,
];

const NAMES = ['', 'constructor', '__proto__', 'toString', 'x', 'y', 'a b', 'hasOwnProperty', '☃'.repeat(2000)];

/** Attributes that importers ask for. */
export const ATTRIBUTES: readonly string[] = (
  'allowzero alpha auto_pad axes axis beta bias ceil_mode coordinate_transformation_mode count_include_pad detect_negative ' +
  'dilations end ends epsilon gamma group keepdims kernel_shape max min mode momentum noop_with_empty_axes num_groups ' +
  'num_outputs output_padding output_shape pads perm scales shape size split start starts steps storage_order strides to ' +
  'training_mode transA transB value value_float value_floats value_int value_ints'
).split(' ');

/** A file changed here and there, as seldom one is by accident. */
export function mutate(
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  operators: readonly string[],
  random: Random,
): Uint8Array {
  let changed = bytes;
  if (random.next() < 0.85) {
    const tree = parse(bytes);
    const turns = 1 + Math.floor(random.next() * 4);
    for (let i = 0; i < turns; i++) pick(STRUCTURAL, random)(new Site(tree, others, operators, random));
    changed = write(tree);
  }
  return random.next() < 0.2 || changed === bytes ? garbled(changed, random) : changed;
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random.next() * list.length)]!;
}

type Place = readonly [owner: Message, at: number];

/** A tree about to be changed. */
class Site {
  readonly tree: Message;
  readonly others: readonly Uint8Array[];
  readonly operators: readonly string[];
  readonly random: Random;

  constructor(tree: Message, others: readonly Uint8Array[], operators: readonly string[], random: Random) {
    this.tree = tree;
    this.others = others;
    this.operators = operators;
    this.random = random;
  }

  pick<T>(list: readonly T[]): T {
    return pick(list, this.random);
  }

  absurd(): number {
    return this.pick(ABSURD_NUMBERS);
  }

  /** Some field that fits; undefined where there is none. */
  place(fits: (owner: Message, field: Field) => boolean): Place | undefined {
    const places: Place[] = [];
    const look = (owner: Message): void => {
      for (const [at, field] of owner.fields.entries()) {
        if (fits(owner, field)) places.push([owner, at]);
        if (isMessage(field.value)) look(field.value);
      }
    };
    look(this.tree);
    return places.length === 0 ? undefined : this.pick(places);
  }

  message(kind: Kind): Message | undefined {
    const found = this.place((_, { value }) => isMessage(value) && value.kind === kind);
    return found && (found[0].fields[found[1]]!.value as Message);
  }
}

const isText = ({ kind }: Message, { tag, value }: Field): boolean =>
  value instanceof Uint8Array &&
  ((kind === 'node' && tag <= 4) || (kind === 'tensor' && tag === 8) || (kind === 'value' && tag === 1));

/** Whole numbers in a list: of attributes, dims and small tensors. */
const isList = ({ kind }: Message, { tag, value }: Field): boolean =>
  value instanceof Uint8Array &&
  value.length < 200 &&
  ((kind === 'attribute' && tag === 8) || (kind === 'tensor' && (tag === 1 || tag === 7)));

function set([owner, at]: Place, value: Field['value']): void {
  owner.fields[at] = { tag: owner.fields[at]!.tag, value };
}

const STRUCTURAL: readonly ((site: Site) => void)[] = [
  // A number
  (site) => {
    const place = site.place((_, { value }) => typeof value === 'number');
    if (place) set(place, site.absurd());
  },
  // A list of numbers
  (site) => {
    const place = site.place(isList);
    const length = site.pick([0, 1, 2, 3, 4, 4, 8, 70]);
    if (place) set(place, Uint8Array.from(Array.from({ length }, () => [...varint(site.absurd())]).flat()));
  },
  // A number of a tensor of 64-bit integers: a shape, axes, pads
  (site) => {
    const place = site.place(
      ({ kind, fields }, { tag, value }) =>
        kind === 'tensor' &&
        tag === 9 &&
        value instanceof Uint8Array &&
        value.length >= 8 &&
        fields.some((f) => f.tag === 2 && f.value === 7),
    );
    if (!place) return;
    const data = (place[0].fields[place[1]]!.value as Uint8Array).slice();
    const at = 8 * Math.floor(site.random.next() * Math.floor(data.length / 8));
    new DataView(data.buffer).setBigInt64(at, BigInt.asIntN(64, BigInt(site.absurd())), true);
    set(place, data);
  },
  // An attribute
  (site) => {
    const node = site.message('node');
    if (!node) return;
    const name = site.pick(ATTRIBUTES);
    node.fields = node.fields.filter(({ value }) => !isMessage(value) || !nameIs(value, name));
    node.fields.push({ tag: 5, value: absurdAttribute(name, site) });
  },
  // Something goes, comes twice, or comes elsewhere
  (site) => {
    const place = site.place(() => true);
    place?.[0].fields.splice(place[1], 1);
  },
  (site) => {
    const place = site.place(({ kind }) => kind === 'graph' || kind === 'node' || kind === 'shape');
    if (place)
      place[0].fields.splice(Math.floor(site.random.next() * place[0].fields.length), 0, place[0].fields[place[1]]!);
  },
  (site) => {
    const place = site.place(({ kind }) => kind === 'graph' || kind === 'node');
    if (!place) return;
    const [field] = place[0].fields.splice(place[1], 1);
    place[0].fields.splice(Math.floor(site.random.next() * place[0].fields.length), 0, field!);
  },
  // A name, for one of the file's or a strange one
  (site) => {
    const place = site.place(isText);
    const other = site.place(isText);
    if (!place || !other) return;
    set(place, site.random.next() < 0.7 ? other[0].fields[other[1]]!.value : text(1, site.pick(NAMES)).value);
  },
  // An operator
  (site) => {
    const place = site.place(({ kind }, { tag }) => kind === 'node' && tag === 4);
    if (place) set(place, text(4, site.pick(site.operators)).value);
  },
  // A part of another file
  (site) => {
    const other = parse(site.pick(site.others));
    const from = new Site(other, [], [], site.random).place(({ kind }) => kind === 'graph' || kind === 'node');
    const into = from && site.place(({ kind }) => kind === from[0].kind);
    if (from && into) into[0].fields.splice(into[1], 0, from[0].fields[from[1]]!);
  },
];

function nameIs({ kind, fields }: Message, name: string): boolean {
  const found = fields.find(({ tag }) => tag === 1)?.value;
  return kind === 'attribute' && found instanceof Uint8Array && new TextDecoder().decode(found) === name;
}

function absurdAttribute(name: string, site: Site): Message {
  const float = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);
  const floats = [0, -1, 1e-30, 1e30, NaN, Infinity, -Infinity].map(float);
  const length = site.pick([0, 1, 2, 2, 4, 4, 4, 5, 70]);
  const choices: (readonly Field[])[] = [
    [
      { tag: 3, value: site.absurd() },
      { tag: 20, value: 2 },
    ],
    [
      { tag: 3, value: site.absurd() },
      { tag: 20, value: 2 },
    ],
    [
      { tag: 2, value: site.pick(floats), fixed: 4 },
      { tag: 20, value: 1 },
    ],
    [text(4, site.pick(['SAME_UPPER', 'VALID', 'constructor', '', 'edge', 'reflect', 'wrap'])), { tag: 20, value: 3 }],
    [...Array.from({ length }, () => ({ tag: 8, value: site.absurd() })), { tag: 20, value: 7 }],
    [...Array.from({ length }, () => ({ tag: 8, value: site.absurd() })), { tag: 20, value: 7 }],
    [...Array.from({ length }, () => ({ tag: 7, value: site.pick(floats), fixed: 4 as const })), { tag: 20, value: 6 }],
    [{ tag: 20, value: site.pick([4, 5, 10, 99]) }],
  ];
  return message('attribute', text(1, name), ...site.pick(choices));
}

function garbled(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.next() < 0.3) return bytes.slice(0, Math.floor(random.next() * bytes.length));
  const result = bytes.slice();
  // Most of a file are weights; what says how it hangs together is at its ends.
  const span = random.next() < 0.5 ? result.length : Math.min(result.length, 400);
  for (let i = 0; i < 1 + random.next() * 6; i++)
    result[Math.floor(random.next() * span)] = random.next() < 0.5 ? Math.floor(random.next() * 256) : site(random);
  return result;
}

const site = (random: Random): number => pick([0, 1, 0x7f, 0x80, 0xff], random);
