import { expect } from 'chai';
import type { CnnTraining } from '../../components/index.ts';
import { createCpuBackend } from '../../src/engine/cpu/backend.ts';
import { toPng } from '../../src/paint/png.ts';
import { packCheckpoints, type Checkpoint } from '../../src/onnx/checkpoints.ts';
import {
  all,
  button,
  expectNoBarriers,
  find,
  mount,
  next,
  noise,
  pixels,
  says,
  slide,
  textOf,
  tinyModel,
  wait,
} from '../support/harness.ts';
import { ABOUT_STRIPES, recordStripes } from '../support/recordings.ts';

const url = (content: BlobPart): string => URL.createObjectURL(new Blob([content]));

describe('cnn-training', () => {
  let checkpoints: Checkpoint[];
  let bundle: Uint8Array<ArrayBuffer>;
  let corpus: string;

  const small = (attributes: Readonly<Record<string, string>> = {}): CnnTraining => {
    const figure = mount('cnn-training', {
      recording: url(bundle),
      corpus,
      count: '24',
      iterations: '20',
      preprocessing: '',
      ...attributes,
    });
    return figure;
  };
  before(async () => {
    const backend = await createCpuBackend();
    checkpoints = await recordStripes(backend);
    backend.dispose();
    const points = [0, 20, 40, 60].map((step) => [step, 1 / (1 + step)] as const);
    bundle = await packCheckpoints(checkpoints, {
      curves: { loss: points },
      about: { ...ABOUT_STRIPES, title: 'Stripes' },
    });
    const pictures = await Promise.all(
      Array.from({ length: 24 }, async (_, i) => ({
        file: URL.createObjectURL(await toPng(noise(i, 12))),
        label: i % 2 === 0 ? 'even' : 'odd',
      })),
    );
    corpus = url(JSON.stringify({ images: pictures }));
  });

  it('draws every checkpoint: filters, stimuli, a map, curves, and which layer is ready first', async () => {
    const figure = small();
    const { result } = await next(figure, 'cnn-result');
    const text = await textOf(figure);
    expect(find<HTMLInputElement>(figure, 'input[type=range]').max).to.equal('3');
    expect(all(figure, 'svg.scatter circle').length).to.equal(24);
    expect(all(figure, '[part=stimuli] tbody tr').length).to.equal(6);
    expect(all(figure, '[part=stimuli] tbody td').length).to.equal(24);
    expect(all(figure, 'canvas[part=reconstruction]').length)
      .to.equal(all(figure, 'canvas[part=stimulus]').length)
      .and.to.be.above(12);
    expect(all(figure, '[part=curve]').length).to.equal(2);
    expect(all(figure, '.likeness .layer path').length).to.equal(9);
    expect(text)
      .to.contain('Stripes')
      .and.to.contain('24 pictures')
      .and.to.match(/ready (before|first)/);
    expect(find(figure, '[part=ready]').textContent).to.match(/with the end stays above 0\.95: conv2d_0 from epoch/);
    expect('at' in result && 'last' in result && result.last).to.equal(3);
    expect(document.querySelector('[role=status]')!.textContent).to.contain('4 checkpoints are drawn');
    await expectNoBarriers(figure);
  });

  it('marks a jump where, and only where, another picture drives a channel', async () => {
    const figure = small({ layer: 'conv2d_3', units: '0,1,2,3,4,5,6,7' });
    const { result } = await next(figure, 'cnn-result');
    await figure.updateComplete;
    if (!('visit' in result)) throw new Error('no study');
    const rows = all(figure, '[part=stimuli] tbody tr');
    let jumps = 0;
    for (const [unit, row] of rows.entries()) {
      const strongest = [0, 1, 2, 3].map((i) => result.at(i)!.find(({ channels }) => channels === 8)!.strongest[unit]!);
      for (const [i, cell] of [...row.querySelectorAll('td')].entries()) {
        const [here, before] = [strongest[i]!, strongest[i - 1]];
        const isJump = before !== undefined && before.value > 0 && here.value > 0 && here.picture !== before.picture;
        expect(cell.classList.contains('jump'), `channel ${unit}, checkpoint ${i}`).to.equal(isJump);
        if (isJump) jumps++;
      }
    }
    expect(jumps).to.be.above(0);
  });

  it('goes through the steps by slider and buttons, and says where it is', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('Epoch 6, step 60');
    const last = pixels(figure, 'filter-sheet');
    await slide(figure, '0');
    expect(figure.step).to.equal(0);
    expect(await textOf(figure)).to.contain('Epoch 0, step 0');
    expect(pixels(figure, 'filter-sheet')).not.to.deep.equal(last);
    expect(find<HTMLInputElement>(figure, 'input[type=range]').getAttribute('aria-valuetext')).to.contain('step 0');
    all(figure, '[part=stimuli] thead button')[2]!.click();
    await figure.updateComplete;
    expect(figure.step).to.equal(16);
    expect(all(figure, 'thead [aria-current=step]').length).to.equal(1);
    figure.setAttribute('step', '58');
    expect(await textOf(figure)).to.contain('step 60');
    expect(pixels(figure, 'filter-sheet')).to.deep.equal(last);
  });

  it('plays from the first step to the last, and pauses', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    button(figure, 'Play').click();
    await figure.updateComplete;
    expect(figure.step).to.equal(0);
    await says(figure, /step 4\b/);
    button(figure, 'Pause').click();
    await figure.updateComplete;
    await wait(1200);
    expect(figure.step).to.equal(4);
    button(figure, 'Play').click();
    await says(figure, /step 60.*Play|Play.*step 60/);
    await wait(1000);
    expect(button(figure, 'Play').disabled).to.equal(false);
  });

  it('shows other layers, channels and filters', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    figure.layer = 'conv2d_0';
    figure.units = '1, 4';
    await next(figure, 'cnn-result');
    expect(await textOf(figure))
      .to.contain('What drives channels of conv2d_0 most')
      .and.to.contain('Pictures by conv2d_0');
    expect(all(figure, '[part=stimuli] tbody th').map((head) => head.textContent)).to.deep.equal(['1', '4']);
    figure.filters = 'conv2d_3';
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('Filters of conv2d_3');
  });

  it('takes a list of files, bytes, and recordings without pictures', async () => {
    const list = checkpoints.slice(0, 2).map(({ step, onnx }) => `${step} ${url(new Uint8Array(onnx))}`);
    const preprocessing = JSON.stringify(ABOUT_STRIPES['preprocessing']);
    const listed = mount('cnn-training', { checkpoints: list.join(', '), preprocessing });
    await next(listed, 'cnn-result');
    expect(await textOf(listed))
      .to.contain('No pictures are given')
      .and.to.contain('Step 4');
    expect(find(listed, '[part=ready]').textContent).to.contain('cosine of weights');
    const given = mount('cnn-training', { preprocessing: '' }, { bundle });
    await next(given, 'cnn-result');
    expect(await textOf(given)).to.contain('Epoch 6');
  });

  it('says what is wrong with other graphs, damaged bundles, what is not there, and what makes no sense', async () => {
    const expectError = async (attributes: Readonly<Record<string, string>>, words: RegExp): Promise<void> => {
      const figure = small(attributes);
      const { error } = await next(figure, 'cnn-error');
      expect(error.message).to.match(words);
      await figure.updateComplete;
      expect(find(figure, '[part=error]').textContent).to.contain('Try again');
      figure.remove();
    };
    const damaged = new Uint8Array(bundle);
    damaged[bundle.length >> 1]! ^= 8;
    await expectError({ recording: url(damaged) }, /damaged or cut off/);
    await expectError({ recording: url(bundle.subarray(0, 900)) }, /damaged or cut off/);
    await expectError({ recording: tinyModel }, /no recorded checkpoints/);
    await expectError({ recording: '/nowhere.checkpoints' }, /404/);
    await expectError({ recording: 'nothing' }, /no such recording.*fashion-mnist, edges/);
    const other = `0 ${url(new Uint8Array(checkpoints[0]!.onnx))}, 5 ${tinyModel}`;
    await expectError({ checkpoints: other, recording: '' }, /step 5.*not of the same graph/);
    await expectError({ checkpoints: 'a.onnx', recording: '' }, /list of checkpoints makes no sense/);
    await expectError({ layer: 'conv9' }, /not among those that are compared.*conv2d_0/);
    await expectError({ layers: 'conv9' }, /no layer "conv9"/);
    await expectError({ units: '99' }, /channel of .* makes no sense/);
    await expectError({ count: '0' }, /count makes no sense/);
  });

  it('shows a single checkpoint, and says that nothing changes', async () => {
    const [first] = checkpoints;
    const figure = small({ recording: url(await packCheckpoints([first!], { about: ABOUT_STRIPES })) });
    await next(figure, 'cnn-result');
    expect(await textOf(figure)).to.contain('There is one checkpoint only');
    expect(button(figure, 'Play').disabled).to.equal(true);
    expect(find<HTMLInputElement>(figure, 'input[type=range]').disabled).to.equal(true);
  });

  it('keeps what it has when it is stopped or fails, and goes on from there', async () => {
    const figure = small();
    await next(figure, 'cnn-progress', ({ phase, done }) => phase === 'running' && done! >= 0.25);
    figure.stop();
    expect(await textOf(figure)).to.contain('Stopped');
    const before = all(figure, 'canvas[part=stimulus]').length;
    expect(before).to.be.above(0);
    figure.units = '77';
    await next(figure, 'cnn-error');
    await figure.updateComplete;
    expect(all(figure, 'canvas[part=stimulus]').length).to.equal(before);
    figure.units = undefined;
    await next(figure, 'cnn-result');
    expect(all(figure, 'canvas[part=stimulus]').length).to.be.at.least(before);
  });

  it('lets go of everything where it is removed while it works, and starts again where it comes back', async () => {
    const figure = small();
    await next(figure, 'cnn-progress', ({ phase }) => phase === 'running');
    figure.remove();
    await wait(300);
    expect(figure.phase).to.equal('poster');
    document.body.append(figure);
    await next(figure, 'cnn-result');
  });

  it('holds no more after many scrubs than after the first', async () => {
    const figure = small();
    await next(figure, 'cnn-result');
    const scrub = async (): Promise<void> => {
      for (const value of ['0', '1', '2', '3']) await slide(figure, value);
    };
    await scrub();
    const counts = (): number[] => [all(figure, '*').length, all(figure, 'canvas').length];
    const [before, shown] = [counts(), pixels(figure, 'filter-sheet')];
    let runs = 0;
    figure.addEventListener('cnn-progress', () => runs++);
    for (let i = 0; i < 20; i++) await scrub();
    expect(counts()).to.deep.equal(before);
    expect(pixels(figure, 'filter-sheet')).to.deep.equal(shown);
    // Nothing is computed again
    expect(runs).to.equal(0);
  });

  it('does without controls, and waits where no recording is named', async () => {
    const figure = mount('cnn-training', { 'no-controls': '' });
    expect(await textOf(figure)).to.contain('No recording yet');
    expect(all(figure, '[part=controls]').length).to.equal(0);
  });
});
