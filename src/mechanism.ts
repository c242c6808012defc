/** The arithmetic of single units, number by number. A module of its own, since few figures show it. */
export { mechanism, type Mechanism } from './methods/mechanism/mechanism.ts';
export type { Readings, Spot, Stage } from './methods/mechanism/path.ts';
export { RULE_NAMES, sumOf, type Return } from './methods/mechanism/signals.ts';
export {
  unravel,
  type Backward,
  type Clamped,
  type Forward,
  type Grid,
  type Maximum,
  type Products,
  type Ruled,
  type Unpooled,
} from './ops/explain/explanation.ts';
