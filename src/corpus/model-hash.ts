import type { Model } from '../engine/model.ts';

const hashes = new WeakMap<Model, Promise<string | undefined>>();

/**
 * SHA-256 of what decides about a network's activations: its operations, its constants and how pictures become its input.
 * Undefined where the browser has none, because the page is no secure context.
 */
export function modelHash(model: Model): Promise<string | undefined> {
  const known = hashes.get(model) ?? compute(model);
  hashes.set(model, known);
  return known;
}

async function compute({ graph, preprocessing }: Model): Promise<string | undefined> {
  if (!(crypto.subtle as SubtleCrypto | undefined)) return undefined;
  const constants = await Promise.all(
    [...graph.constants].map(async ([name, { data }]) => [name, await sha256(data as Uint8Array<ArrayBuffer>)]),
  );
  return textHash(JSON.stringify([graph.inputs, graph.nodes, constants, preprocessing]));
}

/** SHA-256 of a text, in hex. */
export function textHash(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

async function sha256(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
