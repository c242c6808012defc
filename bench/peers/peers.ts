import { relativeError } from '../../test/support/numbers.ts';
import type { PeerBackend } from '../../components/cnn-bench/peers/peer.ts';
import { host } from '../host.ts';
import type { Peer, PeerOptions, Subject } from './peer.ts';

/** Different order of sums; more would be another network. */
const MAX_ERROR = 1e-3;

/** The other libraries with a subject loaded; none outside of a page. */
export async function loadPeers(
  subject: Subject,
  backends: readonly PeerBackend[],
  options: PeerOptions,
): Promise<Peer[]> {
  if (!host.peers) return [];
  const { ort } = await import('./ort.ts');
  const { tfjs } = await import('./tfjs.ts');
  const peers: Peer[] = [];
  for (const backend of backends) {
    for (const load of [ort, tfjs]) peers.push(await load(subject, backend, options));
  }
  return peers;
}

/** Relative L2 difference of each one's numbers from the first's. Throws where two do not compute the same. */
export async function differences(peers: readonly Peer[], most: number = MAX_ERROR): Promise<Map<string, number>> {
  const outputs = new Map<string, ArrayLike<number>>();
  for (const peer of peers) outputs.set(peer.name, await peer.output());
  const [reference] = outputs.values();
  return new Map(
    [...outputs].map(([name, numbers]) => {
      const difference = relativeError(numbers, reference!);
      if (!(difference <= most)) throw new Error(`${name} computes something else: relative L2 ${difference}`);
      return [name, difference];
    }),
  );
}
