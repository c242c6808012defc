import { UnsupportedEnvironmentError } from '../../src/internal.ts';

/** Offers a file to the reader; where the page may be in a frame that lets it save nothing, says so. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.click();
  const frame = frameAround();
  if (frame !== 'none') {
    void import('./unsaved.ts').then(({ sayUnsaved }) => {
      sayUnsaved(blob, name, frame);
    });
  }
  // Browsers start the download in a later task.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** Copies text. Throws {@link UnsupportedEnvironmentError} where the browser does not let the page. */
export async function copy(text: string): Promise<void> {
  // Typed as always there, but missing on insecure pages.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  try {
    if (!clipboard) throw new TypeError('no clipboard');
    await clipboard.writeText(text);
  } catch (cause) {
    throw new UnsupportedEnvironmentError('the browser lets this page copy nothing', {
      expected: 'a page over https, in focus, and if in a frame one with allow="clipboard-write"',
      remedy: 'Save it as a file instead.',
      cause,
    });
  }
}

/** What sandboxed frames around the page say of downloads, which browsers drop without a word to it. */
type Frame = 'none' | 'forbids' | 'unknown';

function frameAround(): Frame {
  // Of no site, but not from a disk: sandboxed without `allow-same-origin`, from where its other flags cannot be seen.
  if (globalThis.origin === 'null' && location.protocol !== 'file:') return 'unknown';
  for (let view: Window = window; view.frameElement; view = view.parent) {
    const { sandbox } = view.frameElement as Partial<HTMLIFrameElement>;
    if (view.frameElement.hasAttribute('sandbox') && !sandbox?.contains('allow-downloads')) return 'forbids';
  }
  return 'none';
}
