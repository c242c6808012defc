/**
 * A figure as a file: gzip-compressed JSON. It holds what is seen, so that it is shown without a network, and the numbers and
 * settings behind it, so that they can be read and computed again.
 */
export interface StoredFigure {
  /** Version of the format. */
  readonly unpool: 1;
  /** The element it is a figure of. */
  readonly tag: string;
  /** Its attributes as they were, defaults left out. Addresses are whole. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly provenance: Provenance;
  /** What is inside the frame. */
  readonly content: readonly StoredNode[];
  /** PNG files, base64; the content refers to them by their places. */
  readonly images: readonly string[];
  /** What was computed: numbers and texts as they are, arrays as {@link StoredArray}. */
  readonly numbers: StoredValue;
}

/** What made the numbers, and when (ISO 8601). */
export interface Provenance {
  readonly version: string;
  readonly model: string;
  readonly adapter: string;
  readonly date: string;
}

/** A text, or an element: its name, its attributes and what is in it. Pictures have the place of their file as `image`. */
export type StoredNode =
  string | readonly [name: string, attributes: Readonly<Record<string, string>>, ...StoredNode[]];

/** Little-endian, base64. */
export interface StoredArray {
  readonly dtype: string;
  readonly length: number;
  readonly data: string;
}

export type StoredValue =
  null | boolean | number | string | StoredArray | readonly StoredValue[] | { readonly [name: string]: StoredValue };

/** Attributes that only say how a stored figure is shown: they are not part of it. */
export const NOT_STORED: readonly string[] = ['result', 'poster', 'start', 'no-controls'];

/** What a stored figure may be made of: nothing that loads, runs or links. */
export const ELEMENTS: ReadonlySet<string> = new Set(
  (
    'div span p h2 h3 h4 strong em b i small sub sup code cite figcaption ul ol li dl dt dd table caption thead tbody tfoot tr th ' +
    'td colgroup col section header footer output time abbr details summary canvas img ' +
    'svg g path line circle ellipse rect polyline polygon text tspan title desc defs clipPath'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'class part role alt title lang dir hidden scope colspan rowspan span datetime width height open id ' +
    'viewBox preserveAspectRatio d x y x1 x2 y1 y2 cx cy r rx ry points transform fill stroke stroke-width stroke-dasharray ' +
    'stroke-linecap stroke-linejoin opacity fill-opacity text-anchor dominant-baseline font-size dx dy vector-effect image style'
  ).split(' '),
);

export function isKept(attribute: string, value: string): boolean {
  if (attribute === 'style') return !/url|expression|@import|\\/i.test(value);
  return attribute.startsWith('aria-') || ATTRIBUTES.has(attribute);
}

export const SVG = 'http://www.w3.org/2000/svg';
