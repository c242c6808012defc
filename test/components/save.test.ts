import { expect } from 'chai';
import { copy, save } from '../../components/internal/save.ts';
import { UnsupportedEnvironmentError } from '../../src/errors.ts';
import { blankPicture } from '../../src/models/picture.ts';
import { toPng } from '../../src/paint/png.ts';
import { withProperty } from '../gpu/with-property.ts';
import { rejection } from '../rejection.ts';

/** The dialog of a page, which is fetched first; undefined where none comes in time. */
async function dialogIn(
  { document }: { readonly document: Document },
  seconds: number,
): Promise<HTMLDialogElement | undefined> {
  const end = performance.now() + seconds * 1000;
  while (!document.querySelector('dialog') && performance.now() < end) {
    await new Promise((done) => setTimeout(done, 25));
  }
  return document.querySelector('dialog') ?? undefined;
}

describe('saving', () => {
  const stop = (event: Event): void => {
    if (event.target instanceof HTMLAnchorElement) event.preventDefault();
  };
  // The links are not in the document: their clicks are seen on the way only
  const { click } = HTMLAnchorElement.prototype;
  let clicked: string[];
  beforeEach(() => {
    clicked = [];
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement): void {
      clicked.push(this.download);
    };
    addEventListener('click', stop, true);
  });
  afterEach(() => {
    HTMLAnchorElement.prototype.click = click;
    removeEventListener('click', stop, true);
    document.body.replaceChildren();
  });

  it('says nothing where it may', async () => {
    save(new Blob(['1']), 'one.npy');
    expect(clicked).to.deep.equal(['one.npy']);
    expect(await dialogIn(window, 0.5)).to.equal(undefined);
  });

  it('shows the picture where a sandboxed frame may forbid it, and lets it be closed', async () => {
    const picture = await toPng(blankPicture(8, 4));
    await withProperty(globalThis, 'origin', 'null', () => {
      save(picture, 'map.png');
      return Promise.resolve();
    });
    expect(clicked, 'it is tried all the same').to.deep.equal(['map.png']);
    const dialog = (await dialogIn(window, 10))!;
    expect(dialog.open).to.equal(true);
    expect(dialog.textContent).to.match(/^If map\.png is not saved: .*allow-downloads.*right click.*by itself/);
    const image = dialog.querySelector('img')!;
    await image.decode();
    expect([image.naturalWidth, image.naturalHeight]).to.deep.equal([8, 4]);
    dialog.querySelector('button')!.click();
    await new Promise((done) => setTimeout(done, 50));
    expect(document.querySelector('dialog')).to.equal(null);
  });

  for (const [flags, forbids] of [
    ['allow-scripts allow-same-origin', true],
    ['allow-scripts allow-same-origin allow-downloads', false],
  ] as const) {
    it(`asks the frame where it can: ${flags}`, async () => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', flags);
      const address = new URL('../../components/internal/save.ts', import.meta.url).href;
      frame.srcdoc = `<script type="module">
        import { save } from '${address}';
        HTMLAnchorElement.prototype.click = () => undefined;
        save(new Blob(['1']), 'one.npy');
        parent.postMessage('saved');
      </script>`;
      const saved = new Promise((done) => {
        addEventListener('message', done, { once: true });
      });
      document.body.append(frame);
      await saved;
      const dialog = await dialogIn(frame.contentWindow!, forbids ? 10 : 0.5);
      expect(dialog !== undefined).to.equal(forbids);
      if (forbids) expect(dialog!.textContent).to.match(/^one\.npy is not saved: .*Instead, open the page by itself/);
    });
  }

  it('copies, or says why not', async () => {
    const refuse = { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) };
    for (const clipboard of [undefined, refuse]) {
      const error = await withProperty(navigator, 'clipboard', clipboard, () =>
        rejection(UnsupportedEnvironmentError, () => copy('text')),
      );
      expect(error.message).to.contain('copy nothing').and.to.contain('Save it as a file');
    }
  });
});
