import { expect } from 'chai';
import type { ActivationsResult } from '../../components/cnn-activations/result.ts';
import type { CnnActivations } from '../../components/index.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { toPng } from '../../src/paint/png.ts';
import { onnxFile } from '../onnx/file.ts';
import { expectNoBarriers, find, mount, next, noise, press, textOf, wait } from '../support/harness.ts';
import { TINY_INPUT } from '../support/tiny.ts';

let photo: Blob;

const small = (properties: Partial<CnnActivations> = {}): CnnActivations =>
  mount('cnn-activations', {}, { width: 1000, layer: 'active', image: photo, ...properties });

/** The next frame for which something holds. */
async function frame(
  figure: CnnActivations,
  holds: (result: ActivationsResult) => boolean = () => true,
): Promise<ActivationsResult> {
  return (await next(figure, 'cnn-frame', ({ result }) => holds(result))).result;
}

const failure = async (figure: CnnActivations): Promise<Error> => (await next(figure, 'cnn-error')).error;

const grid = (figure: CnnActivations): HTMLElement => find(figure, '[aria-roledescription="grid of channels"]');
/** The pointer over a share of an element's width and height. */
function point(element: HTMLElement, type: string, x: number, y: number): void {
  const box = element.getBoundingClientRect();
  const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
  element.dispatchEvent(new PointerEvent(type, { ...at, bubbles: true, pointerType: 'mouse' }));
}

/** Stands in for the webcam: a canvas whose colour changes. */
function fakeWebcam(): { readonly stream: MediaStream; stop(): void } {
  const source = document.createElement('canvas');
  source.width = source.height = 64;
  const context = source.getContext('2d')!;
  let n = 0;
  const timer = setInterval(() => {
    context.fillStyle = `hsl(${String((n += 40) % 360)} 80% 50%)`;
    context.fillRect(0, 0, 64, 32 + (n % 32));
  }, 30);
  const stream = source.captureStream(30);
  return {
    stream,
    stop: () => {
      clearInterval(timer);
    },
  };
}

describe('cnn-activations', () => {
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  before(async () => {
    photo = await toPng(noise(4));
  });
  afterEach(() => {
    navigator.mediaDevices.getUserMedia = getUserMedia;
  });

  it('shows all channels, the strongest of them large, and what its unit sends back', async () => {
    const figure = small();
    const result = await frame(figure, ({ channel }) => channel === figure.channel);
    const text = await textOf(figure);
    expect(text)
      .to.contain('active: 4 channels, 15×15 each')
      .and.to.contain('Springenberg')
      .and.to.contain('ms a picture');
    expect(text).to.contain(`Channel ${String(figure.channel)} of active`);
    const highs = [0, 1, 2, 3].map((c) => result.extents.data[3 * c + 1]!);
    expect(highs[figure.channel!]).to.equal(Math.max(...highs));
    for (const name of ['mosaic', 'channel', 'sent-back', 'picture', 'box'])
      expect(find(figure, `[part=${name}]`)).to.exist;
    const layers = [...find(figure, '[part=layers]').querySelectorAll('option')].map(({ textContent }) => textContent);
    expect(layers[1]).to.equal('active (4×15×15)');
    expect(document.querySelector('[role=status]')!.textContent).to.contain('4 channels of active');
  });

  it('tells the value under the pointer, which is the network’s', async () => {
    const figure = small({ channel: 2 });
    const { values, layout } = await frame(figure);
    await textOf(figure);
    const [x, y] = [(layout!.tile.width + 1 + 3.5) / layout!.width, 7.5 / layout!.height];
    point(grid(figure), 'pointermove', x, y);
    const value = values!.data[225 + 7 * 15 + 3]!;
    expect(await textOf(figure)).to.contain(`Channel 1, x 3, y 7: ${String(Number(value.toPrecision(3)))}`);
    point(grid(figure), 'click', x, y);
    expect(figure.channel).to.equal(1);
    await frame(figure, ({ channel }) => channel === 1);
    await textOf(figure);
    point(find(figure, '.stack .probe'), 'pointermove', 3.5 / 15, 7.5 / 15);
    expect(await textOf(figure)).to.contain(`Channel 1, x 3, y 7: ${String(Number(value.toPrecision(3)))}`);
  });

  it('is used with the keyboard: from tile to tile, into one, and its unit is held', async () => {
    const figure = small({ channel: 0 });
    await frame(figure);
    await textOf(figure);
    press(grid(figure), 'ArrowRight');
    press(grid(figure), 'ArrowDown');
    expect(figure.channel).to.equal(3);
    press(grid(figure), 'ArrowRight');
    expect(figure.channel, 'there are no more').to.equal(3);
    await frame(figure, ({ channel }) => channel === 3);
    await textOf(figure);
    press(grid(figure), 'Enter');
    const large = find(figure, '.stack .probe');
    expect(figure.shadowRoot!.activeElement).to.equal(large);
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowUp', 'Enter']) {
      press(large, key);
      await figure.updateComplete;
    }
    const held = await frame(figure, ({ origin }) => origin?.at !== 'max');
    expect(held.origin).to.deep.equal({ layer: 'active', channel: 3, at: [6, 6] });
    figure.layer = 'second';
    figure.channel = 1;
    const other = await frame(figure, ({ layer }) => layer === 'second');
    expect(other.origin).to.deep.equal(held.origin);
    expect(await textOf(figure)).to.contain('From active, channel 3 at (6, 6), held');
    find(figure, '.hold').click();
    const free = await frame(figure, ({ origin }) => origin?.at === 'max');
    expect(free.origin).to.deep.equal({ layer: 'second', channel: 1, at: 'max' });
  });

  it('shows bars for layers without spatial extent, and nothing sent back where none is asked for', async () => {
    const figure = small({ layer: 'flat', method: 'none' });
    const { values } = await frame(figure);
    expect(await textOf(figure)).to.contain('flat: 5 channels, without spatial extent');
    expect(find(figure, '[part=sent-back]')).to.equal(null);
    const bars = find(figure, '.frame .probe');
    point(bars, 'pointermove', 0.7, 0.5);
    expect(getComputedStyle(find(figure, '[part=bars]')).objectFit, 'bars lie under their cells').to.equal('fill');
    const text = String(Number(values!.data[3]!.toPrecision(3))).replace('-', '−');
    expect(await textOf(figure)).to.contain(`Unit 3: ${text}`);
    point(bars, 'click', 0.7, 0.5);
    expect(figure.channel).to.equal(3);
  });

  it('works from grey pictures', async () => {
    const weights = { name: 'w', dims: [2, 1, 3, 3], values: Array.from({ length: 18 }, (_, i) => (i % 5) - 2) };
    const grey = onnxFile({
      inputs: [{ name: 'image', dims: [1, 1, 16, 16] }],
      outputs: [{ name: 'y' }],
      initializers: [weights],
      nodes: [{ type: 'Conv', name: 'only', inputs: ['image', 'w'], outputs: ['y'] }],
    });
    const preprocessing = { ...TINY_INPUT, channels: 'gray', mean: [0], std: [255], height: 16, width: 16 };
    const figure = small({
      model: URL.createObjectURL(new Blob([grey as Uint8Array<ArrayBuffer>])),
      preprocessing: JSON.stringify(preprocessing),
      layer: 'only',
      method: 'gradient',
    });
    const { sentBack } = await frame(figure);
    expect(sentBack!.map.shape).to.deep.equal([1, 3, 3]);
    expect(await textOf(figure)).to.contain('only: 2 channels, 14×14 each');
  });

  it('goes on while the webcam films, holds still when paused, and lets go of it when it leaves', async () => {
    const { stream, stop } = fakeWebcam();
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
    const figure = small({ webcam: true, channel: 1 });
    const [first, , last] = [await frame(figure), await frame(figure), await frame(figure)];
    expect(last.frame).to.not.equal(first.frame);
    expect(last.values, 'the whole layer is not read').to.equal(undefined);
    expect(await textOf(figure)).to.match(/[\d.]+ frames a second, \d+ ms a picture/);

    figure.paused = true;
    await frame(figure, ({ values }) => values !== undefined);
    let more = 0;
    figure.addEventListener('cnn-frame', () => more++);
    await wait(300);
    expect(more).to.equal(0);
    figure.paused = false;
    await frame(figure);

    const backend = await sharedBackend();
    figure.remove();
    expect(stream.getTracks().map(({ readyState }) => readyState)).to.deep.equal(['ended']);
    // The network is kept for a while after its last figure
    await wait(3500);
    expect(backend.counters).to.include({ buffers: 0, bytes: 0 });
    stop();
  });

  it('waits while it is out of view', async () => {
    const { stream, stop } = fakeWebcam();
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
    const figure = small({ webcam: true, channel: 1 });
    await frame(figure);
    figure.style.top = '5000px';
    await wait(300);
    let seen = 0;
    figure.addEventListener('cnn-frame', () => seen++);
    await wait(300);
    expect(seen).to.equal(0);
    figure.style.top = '0';
    await frame(figure);
    stop();
  });

  it('plays a video', async () => {
    const { stream, stop } = fakeWebcam();
    const recorder = new MediaRecorder(stream, { mimeType: 'video/webm' });
    const recorded = new Promise<Blob>((resolve) => {
      recorder.addEventListener('dataavailable', ({ data }) => {
        resolve(data);
      });
    });
    recorder.start();
    await wait(600);
    recorder.stop();
    const film = new File([await recorded], 'film.webm', { type: 'video/webm' });
    stop();
    const figure = small({ image: film, channel: 1 });
    const [first, , last] = [await frame(figure), await frame(figure), await frame(figure)];
    expect(last.frame).to.not.equal(first.frame);
    figure.remove();
    document.body.append(figure);
    await frame(figure);
    const other = small({ image: undefined as unknown as Blob, video: URL.createObjectURL(film), channel: 1 });
    await frame(other);
  });

  it('allocates nothing more from frame to frame', async () => {
    const { stream, stop } = fakeWebcam();
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
    const figure = small({ webcam: true, channel: 1 });
    const backend = await sharedBackend();
    for (let i = 0; i < 3; i++) await frame(figure);
    const { buffers, bytes, pipelines } = backend.counters;
    for (let i = 0; i < 20; i++) await frame(figure);
    expect(backend.counters).to.include({ buffers, bytes, pipelines });
    stop();
  });

  it('waits to be started where less motion is wanted', async () => {
    const { stream, stop } = fakeWebcam();
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
    const { matchMedia } = globalThis;
    globalThis.matchMedia = () => ({ matches: true }) as MediaQueryList;
    const figure = small({ webcam: true, channel: 1 });
    await frame(figure);
    globalThis.matchMedia = matchMedia;
    expect(figure.paused).to.equal(true);
    expect(await textOf(figure)).to.contain('Play');
    stop();
  });

  it('says in words what it cannot show', async () => {
    const refusal = (name: string): Promise<never> => Promise.reject(new DOMException('no', name));
    navigator.mediaDevices.getUserMedia = () => refusal('NotAllowedError');
    const figure = small({ webcam: true });
    expect((await failure(figure)).message).to.match(/webcam was refused.*Allow it/);
    expect(await textOf(figure)).to.contain('the webcam was refused');
    figure.remove();
    navigator.mediaDevices.getUserMedia = () => refusal('NotFoundError');
    expect((await failure(small({ webcam: true }))).message).to.contain('there is no webcam');
    document.body.replaceChildren();

    const cases: readonly (readonly [Partial<CnnActivations>, RegExp])[] = [
      [{ image: new File(['no'], 'film.mp4', { type: 'video/mp4' }) }, /film\.mp4: not a video this browser can play/],
      [{ image: new File(['no'], 'no.png', { type: 'image/png' }) }, /not a picture/],
      [{ layer: 'nowhere' }, /no layer "nowhere"/],
      [{ channel: 4 }, /no such channel.*0 to 3/],
      [{ at: '99,0' }, /no such position/],
      [{ scale: 'other' as 'tile' }, /no scale "other"/],
      [{ method: 'other' as 'none' }, /no method "other"/],
    ];
    for (const [properties, message] of cases) {
      const broken = small(properties);
      expect((await failure(broken)).message).to.match(message);
      broken.remove();
    }
  });

  it('passes axe in light and dark', async () => {
    const figure = small();
    await frame(figure, ({ channel }) => channel === figure.channel);
    await textOf(figure);
    await expectNoBarriers(figure);
  });
});
