import type { Peer, Subject } from './peer.ts';

/** Up the gradient of a class score by steps of one length: x ← x + rate · g / ‖g‖. */
export interface Climb {
  readonly subject: Subject;
  readonly target: number;
  readonly rate: number;
  /** Of one run, at whose end the image is read. */
  readonly steps: number;
}

/** Somebody who climbs; its output is what the first step changes. */
export type Climber = Peer;
