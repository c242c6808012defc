import { isMessage, parse, write, type Message } from './wire.ts';

/**
 * A smaller file that still does what `shows` looks for: parts go as long as it does. Bytes that are no messages are
 * shortened from the end only.
 */
export async function minimised(
  bytes: Uint8Array,
  shows: (candidate: Uint8Array) => Promise<boolean>,
  deadline: number,
): Promise<Uint8Array> {
  let best = bytes;
  let tree: Message;
  try {
    tree = parse(bytes);
  } catch {
    return best;
  }
  const attempt = async (owner: Message): Promise<void> => {
    for (let size = owner.fields.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = owner.fields.length - size; at >= 0; at -= size) {
        if (performance.now() > deadline) return;
        const whole = owner.fields;
        owner.fields = whole.toSpliced(at, size);
        const candidate = write(tree);
        if (await shows(candidate)) best = candidate;
        else owner.fields = whole;
      }
    }
    for (const { value } of owner.fields) if (isMessage(value)) await attempt(value);
  };
  await attempt(tree);
  return best;
}
