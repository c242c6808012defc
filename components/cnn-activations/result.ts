import {
  attributionMethods,
  RULES,
  type ActivationFrame,
  type ColormapName,
  type MosaicLayout,
  type OriginUnit,
  type Sample,
} from '../../src/internal.ts';
import type { Drawn } from '../internal/life-cycle.ts';
import type { Feed } from '../internal/feed.ts';

export const SCALES = ['tile', 'layer'] as const;
export type Scale = (typeof SCALES)[number];

export const METHODS = ['none', 'gradient', 'guided-backprop', 'deconvnet'] as const;
export type Method = (typeof METHODS)[number];

/** A unit that is sent back to the picture. */
export interface Origin extends OriginUnit {
  readonly layer: string;
}

/** What is on the screen of a layer: numbers, and the picture they are of. */
export interface ActivationsResult extends ActivationFrame {
  readonly frame: Sample;
  readonly layout: MosaicLayout | undefined;
  /** What the gradient is of. */
  readonly origin: Origin | undefined;
  readonly method: Method;
  readonly scale: Scale;
  readonly colormap: ColormapName;
}

export type Here = Drawn<ActivationsResult, Feed>;

export function rulesOf(method: Method): (typeof RULES)['gradient'] {
  return RULES[method === 'guided-backprop' ? 'guided' : method === 'deconvnet' ? 'deconvnet' : 'gradient'];
}

/** Undefined where nothing is sent back. */
export function attributionOf(method: Method): (typeof attributionMethods)['gradient'] | undefined {
  return method === 'none' ? undefined : attributionMethods[method];
}
