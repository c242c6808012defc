import type { LitElement } from 'lit';
import { VERSION } from '../../../src/internal.ts';
import { bytesToBase64 } from './base64.ts';
import { ELEMENTS, isKept, NOT_STORED, type StoredFigure, type StoredNode, type StoredValue } from './format.ts';

/** What readers work with, and what tells of the work: a stored figure has none. */
const LEFT_OUT =
  '.controls, .paper, .status, .files, .hint, .teaching, slot, button:not([part], th > *, :has(canvas, img, svg)), select, input, ' +
  'label:has(input, select), progress, script, style';
/** Of all arrays among the numbers, bytes: the first that fit are stored, and the file stays small. */
const MOST_BYTES = 1_000_000;

/** Attributes that are addresses; that of a model may be one. */
const ADDRESSES = /^(src|video|manifest|labels|corpus|index|guide|painting)$/;

/** Attributes that are names or addresses, and what only the latter have. */
const NAMES_OR_ADDRESSES: Readonly<Record<string, RegExp>> = { model: /[/.]onnx|\//, recording: /[/.]/ };

/** What a figure shows, and what it was computed from, as a file. */
export async function captureFigure(host: LitElement, model: string, result: object): Promise<Blob> {
  const images: Promise<string>[] = [];
  const content = childrenOf(host.renderRoot.querySelector('figure')!, images);
  const { adapter } = result as { adapter?: { name?: string } };
  const stored: StoredFigure = {
    unpool: 1,
    tag: host.localName,
    attributes: attributesOf(host),
    provenance: { version: VERSION, model, adapter: adapter?.name ?? '', date: new Date().toISOString() },
    content,
    images: await Promise.all(images),
    numbers: new Numbers().of(result, new Set()) ?? null,
  };
  const packed = new Blob([JSON.stringify(stored)]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Blob([await new Response(packed).arrayBuffer()], { type: 'application/gzip' });
}

/** As they would be written, what the reader changed included. */
function attributesOf(host: LitElement): Record<string, string> {
  const { elementProperties } = host.constructor as typeof LitElement;
  const fresh = new (host.constructor as new () => LitElement)();
  const valueIn = (element: LitElement, name: PropertyKey): unknown =>
    (element as unknown as Record<PropertyKey, unknown>)[name];
  const attributes: Record<string, string> = {};
  for (const [property, { attribute = String(property).toLowerCase(), state }] of elementProperties) {
    const value = valueIn(host, property);
    if (typeof attribute !== 'string' || state || NOT_STORED.includes(attribute)) continue;
    if (!/^(string|number|boolean)$/.test(typeof value) || value === valueIn(fresh, property)) continue;
    const isAddress = ADDRESSES.test(attribute) || NAMES_OR_ADDRESSES[attribute]?.test(String(value));
    attributes[attribute] =
      value === true ? '' : isAddress ? new URL(String(value), document.baseURI).href : String(value);
  }
  return attributes;
}

function childrenOf(parent: Element, images: Promise<string>[]): StoredNode[] {
  return [...parent.childNodes].flatMap((node) => {
    if (node instanceof Text) return node.data.trim() === '' ? (node.data ? [' '] : []) : [node.data];
    return node instanceof Element && !node.matches(LEFT_OUT) ? nodesOf(node, images) : [];
  });
}

function nodesOf(element: Element, images: Promise<string>[]): readonly StoredNode[] {
  const attributes: Record<string, string> = {};
  for (const { name, value } of element.attributes) if (isKept(name, value)) attributes[name] = value;
  if (
    element instanceof HTMLCanvasElement ||
    element instanceof HTMLImageElement ||
    element instanceof HTMLVideoElement
  ) {
    const picture = drawingOf(element);
    if (!picture) return [];
    images.push(pngOf(picture));
    const size = { width: `${picture.width}`, height: `${picture.height}` };
    const name = element instanceof HTMLImageElement ? 'img' : 'canvas';
    return [[name, { ...attributes, ...size, image: `${images.length - 1}` }]];
  }
  const inside = childrenOf(element, images);
  if (ELEMENTS.has(element.localName)) return [[element.localName, attributes, ...inside]];
  // A tile that can be pressed is a picture all the same; of others, such as links and heads of tables, what is in them is kept
  const isTile = element instanceof HTMLButtonElement && !element.matches('th > *');
  return isTile ? [['div', attributes, ...inside]] : inside;
}

/** A copy of what it shows now; undefined where there is nothing. */
function drawingOf(shown: HTMLCanvasElement | HTMLImageElement | HTMLVideoElement): HTMLCanvasElement | undefined {
  const [width, height] =
    shown instanceof HTMLImageElement
      ? [shown.naturalWidth, shown.naturalHeight]
      : shown instanceof HTMLVideoElement
        ? [shown.videoWidth, shown.videoHeight]
        : [shown.width, shown.height];
  if (width * height === 0) return undefined;
  const copy = Object.assign(document.createElement('canvas'), { width, height });
  copy.getContext('2d')!.drawImage(shown, 0, 0);
  return copy;
}

async function pngOf(canvas: HTMLCanvasElement): Promise<string> {
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/png');
  });
  return bytesToBase64(new Uint8Array(await blob!.arrayBuffer()));
}

/** What can be written down of values. */
class Numbers {
  #left = MOST_BYTES;

  /** Undefined for functions, networks, pixels, and arrays for which there is no room; `above` are those it lies in. */
  of(value: unknown, above: ReadonlySet<object>): StoredValue | undefined {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value !== 'object' || above.has(value)) return undefined;
    if (ArrayBuffer.isView(value)) return this.#array(value);
    const within = new Set([...above, value]);
    if (Array.isArray(value)) return value.map((each: unknown) => this.of(each, within) ?? null);
    const { constructor } = value;
    if (constructor !== Object && typeof constructor === 'function') return undefined;
    const entries = Object.entries(value).map(([name, each]) => [name, this.of(each, within)] as const);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined)) as { [name: string]: StoredValue };
  }

  #array(view: ArrayBufferView): StoredValue | undefined {
    // Pixels are among the pictures
    if (view instanceof Uint8ClampedArray || view instanceof DataView || view.byteLength > this.#left) return undefined;
    this.#left -= view.byteLength;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const dtype = view.constructor.name.replace('Array', '').toLowerCase();
    return { dtype, length: (view as Uint8Array).length, data: bytesToBase64(bytes) };
  }
}
