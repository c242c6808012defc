import type { Layer } from '../../src/internal.ts';

/** Characters of a layer's name that are shown where there is little room. */
const MAX_SHOWN = 32;

/**
 * A layer's name where there is little room: long ones are cut at the left, since their ends tell them apart, before a slash
 * that is near. Lines are not broken after the ellipsis.
 */
export function ending(name: string): string {
  return name.length <= MAX_SHOWN ? name : `…\u2060${name.slice(1 - MAX_SHOWN).replace(/^[^/]{1,14}(?=\/)/, '')}`;
}

/** A layer as one of a list: its name, and what it makes. */
export function layerText({ name, shape }: Pick<Layer, 'name' | 'shape'>): string {
  return `${ending(name)} (${shape.slice(1).join('×')})`;
}

/** What a list calls a layer that authors may call by the tensor that it makes. */
export function listedName(layers: readonly Layer[], name: string | undefined): string | undefined {
  return layers.find(({ tensor }) => tensor === name)?.name ?? name;
}
