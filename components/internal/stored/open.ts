import { ArgumentError, ModelFetchError } from '../../../src/internal.ts';
import { base64ToBytes } from './base64.ts';
import { ELEMENTS, isKept, SVG, type StoredFigure, type StoredNode } from './format.ts';

/** Texts and elements of a file, and how deep they lie: more is no figure of ours. */
const MOST_NODES = 100_000;
const MOST_DEEP = 60;

/** A stored figure that can be shown. */
export interface OpenedFigure {
  readonly stored: StoredFigure;
  /** What is in its frame. */
  readonly content: Element;
}

/**
 * Fetches the file of a figure of an element. Throws ModelFetchError where it does not come, and ArgumentError where it is no
 * such file. The file may come from anybody: only elements that neither load, run nor link are made of it.
 */
export async function openFigure(address: string, tag: string, signal: AbortSignal): Promise<OpenedFigure> {
  let stored: StoredFigure;
  const response = await fetch(address, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ModelFetchError('the stored figure did not come', {
      where: address,
      remedy: 'Check the address.',
      cause,
    });
  });
  if (!response.ok) {
    throw new ModelFetchError('the stored figure did not come', { where: address, got: `HTTP ${response.status}` });
  }
  try {
    stored = JSON.parse(await textOf(await response.blob())) as StoredFigure;
    if ((stored as { unpool: unknown }).unpool !== 1) throw new Error('another version');
    const content = document.createElement('div');
    content.className = 'stored';
    const builder = new Builder(stored.images);
    content.append(...builder.build(stored.content, 0));
    await Promise.all(builder.drawings);
    if (stored.tag === tag) return { stored, content };
  } catch (cause) {
    signal.throwIfAborted();
    throw new ArgumentError('not a stored figure', {
      where: address,
      expected: 'a file that "Save figure" made',
      cause,
    });
  }
  throw new ArgumentError('the stored figure is of another element', {
    where: address,
    expected: `<${tag}>`,
    got: `<${stored.tag}>`,
  });
}

/** Some servers say of a `.gz`-like file that its encoding is gzip, and the browser unpacks it then. */
async function textOf(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return file.text();
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

class Builder {
  /** Pictures that are on their way. */
  readonly drawings: Promise<void>[] = [];
  readonly #images: readonly string[];
  #left = MOST_NODES;

  constructor(images: readonly string[]) {
    this.#images = images;
  }

  build(nodes: readonly StoredNode[], depth: number, isSvg = false): Node[] {
    if (depth > MOST_DEEP) throw new Error('too deep');
    return nodes.map((node) => {
      if (this.#left-- <= 0) throw new Error('too many nodes');
      if (typeof node === 'string') return new Text(node);
      const [name, attributes, ...inside] = node;
      if (!ELEMENTS.has(name)) throw new Error(`no <${name}>`);
      const inSvg = isSvg || name === 'svg';
      const element = inSvg ? document.createElementNS(SVG, name) : document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) this.#set(element, key, value);
      element.append(...this.build(inside, depth + 1, inSvg));
      return element;
    });
  }

  #set(element: Element, name: string, value: string): void {
    if (!isKept(name, value)) return;
    // As an attribute a strict policy forbids it
    if (name === 'style') (element as HTMLElement).style.cssText = value;
    else if (name !== 'image') element.setAttribute(name, value);
    else this.drawings.push(draw(element, this.#images[Number(value)]!));
  }
}

async function draw(element: Element, base64: string): Promise<void> {
  const file = new Blob([base64ToBytes(base64)], { type: 'image/png' });
  if (element instanceof HTMLCanvasElement) {
    const picture = await createImageBitmap(file);
    element.width = picture.width;
    element.height = picture.height;
    element.getContext('2d')!.drawImage(picture, 0, 0);
  } else if (element instanceof HTMLImageElement) {
    element.src = URL.createObjectURL(file);
    await element.decode();
    URL.revokeObjectURL(element.src);
  }
}
