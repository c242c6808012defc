import { expect } from 'chai';
import type { CnnTrainer } from '../../components/index.ts';
import type { TrainingResult } from '../../components/internal/training-result.ts';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { holdSharedBackend } from '../../src/engine/shared.ts';
import { conv, dense, maxPool, relu } from '../../src/methods/training/layers.ts';
import { inputOf } from '../../src/methods/training/example-pictures.ts';
import { examples, type Examples } from '../../src/methods/training/examples.ts';
import { adam, sgd } from '../../src/methods/training/optimisers.ts';
import { sequential } from '../../src/methods/training/sequential.ts';
import { Trainer } from '../../src/methods/training/trainer.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { readCheckpoints } from '../../src/onnx/checkpoints.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { toPng } from '../../src/paint/png.ts';
import {
  all,
  button,
  expectNoBarriers,
  find,
  mount,
  next,
  pixels,
  press,
  says,
  textOf,
  wait,
} from '../support/harness.ts';
import { Random } from '../support/random.ts';
import { savedBy } from '../support/saved.ts';

const SIDE = 8;
const CLASSES = ['across', 'down', 'slanted'];
const LAYERS = [conv(4, 3), relu(), maxPool(2), dense(3)];

/** Noisy stripes: which way they go is their class. */
function stripes(count: number, seed: number): Examples {
  const random = new Random(seed);
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = Array.from({ length: count }, (_, i) => {
    const phase = Math.floor(4 * random.next());
    for (let at = 0; at < SIDE * SIDE; at++) {
      const [y, x] = [Math.floor(at / SIDE), at % SIDE];
      const along = [y, x, x + y][i % 3]!;
      images[i * SIDE * SIDE + at] = Math.floor(80 * random.next()) + ((along + phase) % 4 < 2 ? 150 : 20);
    }
    return i % 3;
  });
  return examples({ images, labels, classes: 3, shape: [1, SIDE, SIDE] });
}

const training = stripes(90, 1);
const heldOut = stripes(60, 2);

const small = (attributes: Readonly<Record<string, string>> = {}, properties: Partial<CnnTrainer> = {}): CnnTrainer =>
  mount(
    'cnn-trainer',
    { model: '', network: JSON.stringify(LAYERS), batch: '10', rate: '0.05', ...attributes },
    { width: 760, data: { training, heldOut, classes: CLASSES }, ...properties },
  );

const resultOf = ({ result }: { readonly result: unknown }): TrainingResult => result as TrainingResult;

/** A figure that is ready. */
async function ready(...args: Parameters<typeof small>): Promise<CnnTrainer> {
  const figure = small(...args);
  await next(figure, 'cnn-result');
  await figure.updateComplete;
  return figure;
}

async function stepped(figure: CnnTrainer, steps: number): Promise<TrainingResult> {
  const stopped = next(figure, 'cnn-result');
  void figure.start(steps);
  return resultOf(await stopped);
}

/** What a trainer that nobody interrupts comes to. */
async function undisturbed(steps: number, seed = 1): Promise<TrainingResult['weights']> {
  const trainer = await Trainer.create({
    network: await sequential(LAYERS, { input: [1, SIDE, SIDE], seed }),
    examples: training,
    optimiser: sgd(0.05, { momentum: 0.9 }),
    batch: 10,
    seed,
    backend: () => holdSharedBackend(),
  });
  const { weights } = await trainer.steps(steps, { weights: true });
  trainer.dispose();
  return weights!;
}

function set(figure: CnnTrainer, label: string, value: string): void {
  const found = all(figure, '.controls label').find(({ textContent }) => textContent.trim().startsWith(label))!;
  const input = found.querySelector<HTMLInputElement | HTMLSelectElement>('input, select')!;
  input.value = value;
  input.dispatchEvent(new Event('change'));
}

describe('cnn-trainer', () => {
  it('is ready, and does not begin by itself', async () => {
    const figure = await ready();
    await wait(300);
    expect(figure.phase).to.equal('result');
    const text = await textOf(figure);
    for (const part of [
      'Step 0',
      'Ready: it learns when you start it',
      'learns 90 pictures of 3 classes',
      'tried on 60',
    ])
      expect(text).to.contain(part);
    expect(text).to.contain('Nothing leaves this machine').and.to.contain('Simonyan');
    for (const part of ['filters', 'picture', 'activations', 'saliency'])
      expect(new Set(pixels(figure, part)).size, part).to.be.above(3);
  });

  it('learns, and shows what it has come to', async () => {
    const figure = await ready();
    const filters = pixels(figure, 'filters');
    const saliency = pixels(figure, 'saliency');
    const { step, epoch, loss, heldOut: tried } = await stepped(figure, 120);
    expect(step).to.equal(120);
    // 9 batches of 10 in each epoch of 90
    expect(epoch).to.be.closeTo(13 + 30 / 90, 1e-6);
    expect(loss).to.be.below(0.2);
    expect(tried!.accuracy).to.be.above(0.9);
    await says(figure, /Step 120, epoch 13\.33.*Held out, 60 pictures: loss .*, (9\d|100)\.\d % right.*Paused/);
    expect(all(figure, '.curves polyline').length).to.equal(4);
    await wait(200);
    expect(pixels(figure, 'filters')).not.to.deep.equal(filters);
    expect(pixels(figure, 'saliency')).not.to.deep.equal(saliency);
    expect(all(figure, '.likeliest li.right').length).to.equal(1);
  });

  it('is started, paused, gone on with and reset by its buttons; to the same bits as one that nobody interrupts', async () => {
    const figure = await ready();
    const expected = await undisturbed(60);
    button(figure, 'One step').click();
    expect(resultOf(await next(figure, 'cnn-result')).step).to.equal(1);
    await figure.updateComplete;
    let stopped = next(figure, 'cnn-result');
    button(figure, 'Go on').click();
    await next(figure, 'cnn-step', ({ result }) => result.step >= 6);
    await figure.updateComplete;
    button(figure, 'Pause').click();
    const { step } = resultOf(await stopped);
    expect(step).to.be.within(6, 59);
    const { weights } = await stepped(figure, 60 - step);
    expect(weights).to.deep.equal(expected);

    await stepped(figure, 7);
    stopped = next(figure, 'cnn-result');
    void figure.start();
    await next(figure, 'cnn-step');
    await figure.reset();
    expect(resultOf(await stopped).step).to.be.above(67);
    expect(await textOf(figure)).to.contain('Step 0');
    expect((await stepped(figure, 60)).weights).to.deep.equal(expected);

    figure.seed = 5;
    await says(figure, /Step 0/);
    const other = (await stepped(figure, 60)).weights;
    expect(other).not.to.deep.equal(expected);
    expect(other).to.deep.equal(await undisturbed(60, 5));
  });

  it('takes other settings while it runs, says which it does not take, and goes on', async () => {
    const figure = await ready();
    const stopped = next(figure, 'cnn-result');
    void figure.start();
    await next(figure, 'cnn-step', ({ result }) => result.step >= 3);
    set(figure, 'Batch', '20');
    set(figure, 'Optimiser', 'adam');
    set(figure, 'Rate', '0.004');
    await says(figure, /in batches of 20/);
    set(figure, 'Rate', '-1');
    await says(figure, /That is not done: the rate makes no sense/);
    set(figure, 'Rate', '0.01');
    await says(figure, /^(?!.*That is not done)/);
    const { result } = await next(figure, 'cnn-step', ({ result }) => result.step >= 60);
    figure.pause();
    await stopped;
    expect(result.loss).to.be.below(1);
    expect(figure.phase).to.equal('result');
  });

  it('changes as a trainer does that is told the same', async () => {
    const figure = await ready();
    await stepped(figure, 10);
    Object.assign(figure, { optimiser: 'adam', rate: 0.01, batch: 15 });
    await figure.updateComplete;
    const { weights } = await stepped(figure, 10);
    const trainer = await Trainer.create({
      network: await sequential(LAYERS, { input: [1, SIDE, SIDE] }),
      examples: training,
      optimiser: sgd(0.05, { momentum: 0.9 }),
      batch: 10,
      backend: () => holdSharedBackend(),
    });
    await trainer.steps(10);
    await trainer.set({ optimiser: adam(0.01), batch: 15 });
    expect(weights).to.deep.equal((await trainer.steps(10, { weights: true })).weights);
    trainer.dispose();
  });

  it('is no faster than it is told', async () => {
    const figure = await ready({ speed: '10' });
    const began = performance.now();
    await stepped(figure, 6);
    expect(performance.now() - began).to.be.above(500);
    figure.speed = -1;
    const failed = next(figure, 'cnn-error');
    void figure.start();
    expect((await failed).error.message).to.contain('speed');
  });

  it('stops where there are no numbers any more, keeps the last good weights, and offers a smaller rate', async () => {
    // Without ReLUs, which would be off and learn nothing
    const figure = await ready({ network: JSON.stringify([conv(4, 3), maxPool(2), dense(3)]) });
    await stepped(figure, 5);
    figure.rate = 1e6;
    await figure.updateComplete;
    void figure.start();
    const { error } = await next(figure, 'cnn-error');
    expect(error.message).to.contain('the training has no numbers any more in step');
    const text = await textOf(figure);
    expect(text).to.match(/diverged .*layer "(conv|relu|maxPool|dense)1"|diverged .*the gradient/);
    figure.rate = 0.3;
    await figure.updateComplete;
    const step = next(figure, 'cnn-step');
    button(figure, 'Go on from step').click();
    const { result } = await step;
    expect(figure.rate).to.be.closeTo(0.03, 1e-9);
    expect(Number.isFinite(result.loss)).to.equal(true);
    for (const { data } of Object.values(result.weights)) expect([...data].every(Number.isFinite)).to.equal(true);
    figure.pause();
  });

  it('says where nothing is learned any more', async () => {
    const figure = await ready({ rate: '1000' });
    await stepped(figure, 210);
    expect(await textOf(figure)).to.contain('no better than that of guessing');
    await figure.reset();
    expect(await textOf(figure)).not.to.contain('no better than that of guessing');
  });

  it('opens the pictures of a cell, by keyboard too, and looks at one', async () => {
    const figure = await ready();
    await stepped(figure, 2);
    await figure.updateComplete;
    const table = find(figure, '[part=confusion]');
    const cells = all(figure, 'td');
    expect(cells.length).to.equal(9);
    const counts = cells.map((cell) => Number(cell.textContent.trim() || 0));
    expect(counts.reduce((a, b) => a + b)).to.equal(60);
    for (const row of [0, 3, 6]) expect(counts.slice(row, row + 3).reduce((a, b) => a + b)).to.equal(20);
    cells[0]!.focus();
    for (const key of ['ArrowDown', 'ArrowRight']) {
      press(table, key);
      await figure.updateComplete;
    }
    expect(figure.shadowRoot!.activeElement).to.equal(cells[4]);
    const full = counts.findIndex((count, i) => count > 0 && i !== 4);
    press(table, 'Enter');
    await says(figure, new RegExp(`down, found: ${counts[4]!} picture`));
    cells[full]!.click();
    await figure.updateComplete;
    expect(cells[full]!.getAttribute('aria-selected')).to.equal('true');
    const pictures = all(figure, '[part=cell] li button');
    expect(pictures.length).to.equal(Math.min(24, counts[full]!));
    const place = Number(/\d+/.exec(pictures.at(-1)!.ariaLabel!)![0]);
    expect(place % 3, 'pictures of the class of the row').to.equal(Math.floor(full / 3));
    const before = pixels(figure, 'picture');
    pictures.at(-1)!.click();
    await figure.updateComplete;
    expect(pixels(figure, 'picture')).not.to.deep.equal(before);
    expect(find(figure, '[part=sample] h3').textContent).to.equal(CLASSES[Math.floor(full / 3)]);
    await says(figure, new RegExp(`Saliency for ${CLASSES[full % 3]!}`));
  });

  it('saves the network, which says the same elsewhere, and its checkpoints', async () => {
    const figure = await ready();
    const { weights } = await stepped(figure, 37);
    await figure.updateComplete;
    const graph = await importOnnx(new Uint8Array(await (await savedBy(figure, 'Save network')).arrayBuffer()), {
      batch: 1,
    });
    const reference = await createReferenceBackend().compile(graph);
    const [scores] = Object.values(await reference.run({ [graph.inputs[0]!]: inputOf(heldOut, 4) }));
    const trainer = await Trainer.create({
      network: { ...(await sequential(LAYERS, { input: [1, SIDE, SIDE] })), parameters: weights },
      examples: training,
      batch: 10,
      backend: () => holdSharedBackend(),
    });
    const own = await (await holdSharedBackend().backend).compile(await trainer.graph());
    const [expected] = Object.values(await own.run({ images: inputOf(heldOut, 4) }));
    for (const [i, value] of [...scores!.data].entries()) expect(value).to.be.closeTo(expected!.data[i]!, 1e-5);
    trainer.dispose();

    const saved = await savedBy(figure, 'Save checkpoints');
    const { checkpoints, curves, about } = await readCheckpoints(new Uint8Array(await saved.arrayBuffer()));
    expect(checkpoints.map(({ step }) => step)).to.deep.equal([0, 1, 2, 5, 10, 20, 37]);
    expect(checkpoints[4]!.heldOutAccuracy).to.be.within(0, 1);
    expect(curves.loss!.length).to.equal(37);
    expect(about['labels']).to.deep.equal(CLASSES);
    const last = await importOnnx(checkpoints.at(-1)!.onnx(), { batch: 1 });
    const biases = [...last.constants.values()].find(({ shape }) => shape.length === 1 && shape[0] === 4)!;
    expect([...biases.data]).to.deep.equal([...weights['conv1.bias']!.data]);
  });

  it('waits while it is out of sight, and goes on where it is seen again', async () => {
    const figure = await ready();
    const steps: number[] = [];
    figure.addEventListener('cnn-step', ({ result }) => steps.push(result.step));
    void figure.start();
    await next(figure, 'cnn-step');
    figure.style.top = '5000px';
    await wait(400);
    const { length } = steps;
    await wait(400);
    expect(steps.length).to.equal(length);
    expect(figure.phase).to.equal('running');
    figure.style.top = '0';
    await next(figure, 'cnn-step');
    figure.pause();
  });

  it('pauses where it is taken out of the page, and is still there where it was only moved', async () => {
    const figure = await ready();
    void figure.start();
    await next(figure, 'cnn-step', ({ result }) => result.step > 5);
    figure.remove();
    await wait(300);
    expect(figure.phase).to.equal('result');
    document.body.append(figure);
    const { weights, step } = await stepped(figure, 10);
    expect(step).to.be.above(15);
    expect(weights).to.deep.equal(await undisturbed(step));

    void figure.start();
    await next(figure, 'cnn-step');
    const { backend } = holdSharedBackend();
    const { counters } = await backend;
    expect(counters.buffers).to.be.above(0);
    figure.remove();
    await wait(3500);
    expect(figure.phase).to.equal('poster');
    document.body.append(figure);
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('Step 0');
  });

  it('makes batches smaller where there are fewer pictures, and says so', async () => {
    const few = stripes(9, 3);
    const figure = await ready(
      { batch: '' },
      { data: { training: few, heldOut: undefined as never, classes: CLASSES } },
    );
    expect(await textOf(figure)).to.contain('There are no 32 pictures for a batch: batches are of 9.');
    expect((await stepped(figure, 3)).step).to.equal(3);
    expect(await textOf(figure))
      .to.contain('in batches of 9')
      .and.to.contain('Not tried yet');
  });

  it('holds a fifth of bare examples out', async () => {
    const figure = await ready({}, { data: training });
    expect(await textOf(figure))
      .to.contain('learns 72 pictures of 3 classes')
      .and.to.contain('tried on 18');
    figure.data = {} as never;
    expect((await next(figure, 'cnn-error')).error.message).to.contain('these are no examples');
  });

  it('says what is wrong with files, and works again', async () => {
    const file = (header: readonly number[], bytes: readonly number[]): string =>
      URL.createObjectURL(new Blob([Uint8Array.from([...header, ...bytes])]));
    const images = file([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 8], Array<number>(128).fill(9));
    const labels = file([0, 0, 8, 1, 0, 0, 0, 2], [0, 7]);
    const set = { images, labels };
    const source = JSON.stringify({ training: set, heldOut: set, classes: ['one', 'two', 'three'] });
    const figure = small({ examples: source }, { data: undefined });
    expect((await next(figure, 'cnn-error')).error.message).to.contain('label of picture 1 is no class');
    figure.setAttribute('examples', 'fashion');
    expect((await next(figure, 'cnn-error')).error.message).to.contain('fashion-mnist');
    figure.data = { training, heldOut, classes: CLASSES };
    await next(figure, 'cnn-result');
    figure.network = '[{"type": "dense", "units": 4}]';
    expect((await next(figure, 'cnn-error')).error.message).to.contain('not one output for each class');
    figure.network = JSON.stringify(LAYERS);
    await next(figure, 'cnn-result');
    figure.layer = 'conv9';
    expect((await next(figure, 'cnn-error')).error.message).to.contain('conv9');
    figure.layer = 'relu1';
    await says(figure, /Activations of relu1.*4 channels/);
    expect(figure.phase).to.equal('result');
  });

  it('passes axe in light and dark, and fits a phone', async () => {
    const figure = await ready();
    await stepped(figure, 3);
    find<HTMLDetailsElement>(figure, 'details').open = true;
    all(figure, 'td')[4]!.click();
    await figure.updateComplete;
    await expectNoBarriers(figure);
    figure.style.inlineSize = '374px';
    await figure.updateComplete;
    expect(find(figure, 'figure').scrollWidth).to.be.at.most(374);
  });
});

describe('cnn-trainer with pictures of the reader', () => {
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  afterEach(() => {
    navigator.mediaDevices.getUserMedia = getUserMedia;
  });

  async function filesOf(counts: Readonly<Record<string, number>>): Promise<File[]> {
    const random = new Random(4);
    const files: File[] = [];
    for (const [i, [name, count]] of Object.entries(counts).entries()) {
      for (let at = 0; at < count; at++) {
        const rgb = Array.from(
          { length: 48 * 40 * 3 },
          (_, k) => Math.floor(60 * random.next()) + (k % 3 === i ? 180 : 20),
        );
        const file = new File([await toPng(pictureFromRgb(rgb, 48, 40))], `${at}.png`, { type: 'image/png' });
        Object.defineProperty(file, 'webkitRelativePath', { value: `mine/${name}/${at}.png` });
        files.push(file);
      }
    }
    return files;
  }

  function pick(figure: CnnTrainer, files: readonly File[]): void {
    const input = find<HTMLInputElement>(figure, 'input[webkitdirectory]');
    Object.defineProperty(input, 'files', { value: files, configurable: true });
    input.dispatchEvent(new Event('change'));
  }

  it('learns folders, and says which are small', async () => {
    const figure = await ready({ network: 'small', rate: '0.01' });
    pick(figure, await filesOf({ red: 15, green: 15, blue: 1 }));
    await says(figure, /15 pictures.*15 pictures.*1 picture /);
    button(figure, 'Learn from scratch').click();
    await next(figure, 'cnn-result');
    const text = await textOf(figure);
    expect(text).to.contain('It learns 25 pictures of 3 classes, in batches of 10').and.to.contain('tried on 6');
    expect(text).to.contain('Of "blue" there is one picture');
    const { heldOut: tried, loss } = await stepped(figure, 40);
    expect(loss).to.be.below(0.5);
    expect(tried!.accuracy).to.equal(1);
    expect(find(figure, 'canvas[part=filters]')).to.exist;
    button(figure, 'Back to the examples').click();
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('learns 90 pictures');
  });

  it('needs two classes, in folders', async () => {
    const figure = await ready();
    pick(figure, [new File(['x'], 'alone.png', { type: 'image/png' })]);
    await says(figure, /the pictures lie in no folders/);
    expect(button(figure, 'Learn from scratch').disabled).to.equal(true);
    pick(figure, await filesOf({ red: 2 }));
    await says(figure, /2 pictures/);
    expect(button(figure, 'Learn from scratch').disabled).to.equal(true);
    expect(figure.phase).to.equal('result');
  });

  it('takes pictures of the webcam while a key is held, and gives a network a new end', async () => {
    const source = document.createElement('canvas');
    source.width = source.height = 64;
    const context = source.getContext('2d')!;
    let hue = 0;
    const timer = setInterval(() => {
      context.fillStyle = `hsl(${String(hue + 20 * Math.random())} 90% 50%)`;
      context.fillRect(0, 0, 64, 64);
    }, 30);
    const stream = source.captureStream(30);
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
    const figure = mount('cnn-trainer', { rate: '0.1', batch: '4' }, { width: 760 });
    figure.data = { training, heldOut, classes: CLASSES };
    // The tiny network takes other pictures than these.
    await next(figure, 'cnn-error');
    button(figure, 'Open the webcam').click();
    await says(figure, /Close the webcam/);
    await wait(300);
    const holds = (): HTMLElement[] => all(figure, 'button[aria-pressed]');
    for (const at of [0, 1]) {
      hue = 180 * at;
      await wait(200);
      press(holds()[at]!, ' ');
      await wait(900);
      holds()[at]!.dispatchEvent(new KeyboardEvent('keyup', { key: ' ' }));
      await figure.updateComplete;
    }
    const names = all(figure, '.taught input') as HTMLInputElement[];
    names[0]!.value = 'warm';
    names[0]!.dispatchEvent(new Event('change'));
    await figure.updateComplete;
    button(figure, 'Learn with').click();
    await next(figure, 'cnn-result');
    clearInterval(timer);
    expect(stream.getTracks().every(({ readyState }) => readyState === 'ended')).to.equal(true);
    const text = await textOf(figure);
    expect(text)
      .to.match(/It learns \d+ pictures of 2 classes, in batches of 4/)
      .and.to.contain('warm');
    expect(text).to.contain('Frozen: they stay as they are in the file');
    const { weights, loss } = await stepped(figure, 60);
    expect(Object.keys(weights).every((name) => name.startsWith('head.'))).to.equal(true);
    expect(loss).to.be.below(0.4);
  });

  it('says where the webcam is refused, and loses nothing', async () => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    const figure = await ready();
    await stepped(figure, 3);
    button(figure, 'Open the webcam').click();
    await says(figure, /the webcam was refused/);
    expect(await textOf(figure)).to.contain('Step 3');
  });
});
