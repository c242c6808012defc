import type { LoadedPeer, PeerSettings, PeerSubject } from '../../components/cnn-bench/peers/peer.ts';
import type { Contender } from '../interleave.ts';

/** A network with numbers for its input, and what it is called in tables. */
export interface Subject extends PeerSubject {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PeerOptions extends PeerSettings {
  /** The first run is timed too. */
  readonly cold?: boolean;
}

/** A library that has loaded a subject. */
export interface Peer extends Contender, Pick<LoadedPeer, 'output'> {}
