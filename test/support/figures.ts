import { expect } from 'chai';
import type { PropertyDeclaration } from 'lit';
import * as components from '../../components/index.ts';
import type { Phase } from '../../components/internal/phase.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { packCheckpoints } from '../../src/onnx/checkpoints.ts';
import { toPng } from '../../src/paint/png.ts';
import { onGpu } from './backends.ts';
import { Random } from './random.ts';
import { TINY_INPUT, tinyNet } from './tiny.ts';

/** What all figures have in common. */
export interface Figure extends HTMLElement {
  readonly phase: Phase;
  readonly updateComplete: Promise<boolean>;
  restart(): Promise<void>;
  stop(): void;
}

export interface Kind {
  readonly tag: string;
  readonly type: CustomElementConstructor;
  /** Those an author sets: attribute → property. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Those a script sets, these included. */
  readonly properties: readonly string[];
}

/** Every element there is, with all that can be set: what is new is in here by itself. */
export const KINDS: readonly Kind[] = Object.values(components).flatMap((exported: unknown) => {
  const type = exported as CustomElementConstructor & {
    readonly elementProperties?: ReadonlyMap<string, PropertyDeclaration>;
  };
  const tag = customElements.getName(type);
  if (tag === null) return [];
  const declared = [...type.elementProperties!].filter(([, { state }]) => !state);
  const attributes = declared.flatMap(([name, { attribute }]) =>
    attribute === false ? [] : [[typeof attribute === 'string' ? attribute : name.toLowerCase(), name] as const],
  );
  return [{ tag, type, attributes: new Map(attributes), properties: declared.map(([name]) => name) }];
});

/** Those that can be drawn in this run: one times shaders, of which there are none on the CPU. */
export const DRAWN: readonly Kind[] = KINDS.filter(({ tag }) => onGpu || tag !== 'cnn-bench');

/** The name that `model` has by default. */
const DEFAULT_MODEL = 'squeezenet1.1-fp16';
/** No figure of the tiny network takes so long, on any machine. */
const LONGEST_MS = 60_000;

const url = (content: BlobPart, type = ''): string => URL.createObjectURL(new Blob([content], { type }));

async function photo(seed: number): Promise<string> {
  const random = new Random(seed);
  const rgb = Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next()));
  return URL.createObjectURL(await toPng(pictureFromRgb(rgb, 32, 32)));
}

/** A list of models in which the default one is the tiny network. */
async function tinyManifest(): Promise<string> {
  const bytes = tinyNet();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const entry = {
    title: 'tiny',
    file: url(bytes),
    bytes: bytes.length,
    sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    licence: 'none',
    source: 'here',
    input: { name: 'image', ...TINY_INPUT },
    logits: 'scores',
    layers: { one: 'b', two: 'd' },
  };
  return url(JSON.stringify({ [DEFAULT_MODEL]: entry }));
}

/** The tiny network as if it had learned to be larger. */
async function tinyRecording(): Promise<string> {
  const checkpoints = [1, 2].map((scale) => ({ onnx: tinyNet(3, scale), step: scale }));
  return url(await packCheckpoints(checkpoints, { about: { preprocessing: TINY_INPUT } }));
}

/** Attributes that make any figure a small one, by name. */
export async function smallFigure(): Promise<Readonly<Record<string, string>>> {
  const pictures = await Promise.all([1, 2, 3, 4, 5].map(photo));
  return {
    manifest: await tinyManifest(),
    src: pictures[0]!,
    painting: pictures[1]!,
    corpus: url(JSON.stringify(pictures)),
    recording: await tinyRecording(),
    target: '1',
    size: '16',
    stride: '16',
    steps: '2',
    octaves: '1',
    iterations: '2',
    epsilons: '2',
    count: '2',
    runs: '1',
    layers: 'second',
  };
}

/** A figure with those attributes that it has, not yet in the page. */
export function create({ tag, attributes }: Kind, values: Readonly<Record<string, string>>): Figure {
  const figure = document.createElement(tag) as Figure;
  for (const [name, value] of Object.entries(values)) if (attributes.has(name)) figure.setAttribute(name, value);
  // On top of each other: a figure below the viewport would wait.
  figure.style.cssText = 'position: absolute; inset: 0 auto auto 0; inline-size: 600px';
  return figure;
}

export const task = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a figure has nothing to do; returns how long that took, ms. */
export async function settled(figure: Figure, what: string): Promise<number> {
  const began = performance.now();
  const busy = (): boolean => ['loading', 'ready', 'running'].includes(figure.phase);
  for (let calm = 0; calm < 2;) {
    await figure.updateComplete;
    await task(2 * calm);
    calm = busy() ? 0 : calm + 1;
    if (performance.now() - began > LONGEST_MS) expect.fail(`${what}: still ${figure.phase}`);
  }
  return performance.now() - began;
}

/** Waits until a figure of the page has begun and come to an end: being near the viewport is told a frame later. */
export async function begun(figure: Figure, what: string): Promise<void> {
  while (figure.phase === 'poster') await task(5);
  await settled(figure, what);
}

/** What nobody caught since this was called, as texts. Ends with the page. */
export function uncaught(): string[] {
  const found: string[] = [];
  window.addEventListener('error', ({ message }) => {
    if (!message.startsWith('ResizeObserver loop')) found.push(`error: ${message}`);
  });
  window.addEventListener('unhandledrejection', ({ reason }) => found.push(`rejection: ${String(reason)}`));
  return found;
}
