import { expect } from 'chai';
import '../../components/index.ts';
import { sharedBackend } from '../../src/engine/shared.ts';
import { WebGpuBackend } from '../../src/engine/webgpu.ts';
import { loseUnderWork } from '../gpu/with-property.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

describe('a figure whose device is lost', () => {
  it('goes on the first time; the second time it keeps what it has, and goes on when asked', async () => {
    const backend = await sharedBackend();
    if (!(backend instanceof WebGpuBackend)) throw new Error('another backend');
    const figure = document.createElement('cnn-class-model');
    const model = URL.createObjectURL(new Blob([tinyNet()]));
    const preprocessing = JSON.stringify(TINY_INPUT);
    const attributes = { model, preprocessing, target: '3', preset: 'fooling', steps: '200' };
    for (const [name, value] of Object.entries(attributes)) figure.setAttribute(name, value);
    figure.style.cssText = 'position: absolute; inset: 0 auto auto 0; inline-size: 700px';

    const errors: string[] = [];
    figure.addEventListener('cnn-error', ({ error }) => errors.push(error.message));
    const stepOf = (): number => Number(/Look back: step (\d+)/.exec(figure.shadowRoot!.textContent)?.[1] ?? 0);
    const reach = async (step: number): Promise<void> => {
      while (stepOf() < step && errors.length === 0) await new Promise((done) => setTimeout(done, 5));
    };

    document.body.append(figure);
    await reach(2);
    loseUnderWork(backend.device);
    const lostAt = stepOf();
    await reach(lostAt + 5);
    expect(errors, 'no error the first time').to.deep.equal([]);
    await figure.updateComplete;
    const notes = (): string[] =>
      [...figure.shadowRoot!.querySelectorAll('[part=note]')].map(({ textContent }) => textContent);
    expect(notes().join('')).to.contain('went on from step');

    const failed = new Promise((done) => {
      figure.addEventListener('cnn-error', done, { once: true });
    });
    loseUnderWork(backend.device);
    await failed;
    await figure.updateComplete;
    const brokeOff = stepOf();
    expect(brokeOff).to.be.within(lostAt + 5, 199);
    expect(figure.shadowRoot!.querySelector('[part=error]')!.textContent).to.contain('the GPU device was lost');
    expect(figure.shadowRoot!.querySelector('canvas[part=image]'), 'the last image stays').not.to.equal(null);

    const drawn = new Promise((done) => {
      figure.addEventListener('cnn-result', done, { once: true });
    });
    const buttons = [...figure.shadowRoot!.querySelectorAll('button')];
    buttons.find(({ textContent }) => textContent.trim() === 'Try again')!.click();
    await figure.updateComplete;
    expect(stepOf(), 'nothing is lost').to.be.at.least(brokeOff);
    await drawn;
    await figure.updateComplete;
    expect(stepOf()).to.equal(200);
    expect(errors).to.have.length(1);
    figure.remove();
  });
});
