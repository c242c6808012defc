import { expect } from 'chai';
import type { LitElement } from 'lit';
import { html } from 'lit';
import { rich, speak, t } from '../../components/internal/languages/words.ts';
import '../../components/index.ts';

const WAITING = { en: 'Starts when it comes into view.', zh: '滚动到此处时开始计算。' };

/** A figure far below, which waits. */
async function place(around: string): Promise<LitElement> {
  const box = document.createElement('div');
  box.style.paddingTop = '9999px';
  box.innerHTML = around;
  document.body.append(box);
  const figure = box.querySelector<LitElement>('cnn-saliency')!;
  await figure.updateComplete;
  return figure;
}

async function until(figure: LitElement, text: string): Promise<void> {
  while (!figure.shadowRoot!.textContent.includes(text)) await new Promise((again) => setTimeout(again, 10));
}

describe('Languages', () => {
  afterEach(() => {
    document.querySelectorAll('body > div').forEach((box) => box.remove());
    document.documentElement.removeAttribute('lang');
  });

  it('are those of the element or its nearest ancestor, each figure by itself', async () => {
    const chinese = await place('<div lang="zh-CN"><cnn-saliency src="x.jpg"></cnn-saliency></div>');
    const english = await place('<div lang="zh"><cnn-saliency lang="en" src="x.jpg"></cnn-saliency></div>');
    const unknown = await place('<cnn-saliency lang="tlh" src="x.jpg"></cnn-saliency>');
    await until(chinese, WAITING.zh);
    expect(english.shadowRoot!.textContent).to.include(WAITING.en);
    expect(unknown.shadowRoot!.textContent).to.include(WAITING.en);
  });

  it('follow a change, that of the page too', async () => {
    const figure = await place('<cnn-saliency src="x.jpg"></cnn-saliency>');
    document.documentElement.lang = 'zh';
    await until(figure, WAITING.zh);
    document.documentElement.lang = 'en';
    await until(figure, WAITING.en);
    figure.parentElement!.lang = 'zh';
    await until(figure, WAITING.zh);
  });

  it('reach into shadow roots', async () => {
    const host = await place('<div lang="en"><cnn-saliency src="x.jpg"></cnn-saliency></div>');
    const outside = host.parentElement!;
    const section = document.createElement('section');
    section.attachShadow({ mode: 'open' }).innerHTML = '<p><cnn-saliency src="x.jpg"></cnn-saliency></p>';
    outside.append(section);
    const inner = section.shadowRoot!.querySelector<LitElement>('cnn-saliency')!;
    await inner.updateComplete;
    expect(inner.shadowRoot!.textContent).to.include(WAITING.en);
    outside.lang = 'zh';
    await until(inner, WAITING.zh);
    section.shadowRoot!.querySelector('p')!.lang = 'en';
    await until(inner, WAITING.en);
  });

  it('say values in their places, and English where a word is missing', async () => {
    const figure = await place('<cnn-saliency lang="zh" src="x.jpg"></cnn-saliency>');
    await until(figure, WAITING.zh);
    speak(figure, () => {
      expect(t(WAITING.en)).to.equal(WAITING.zh);
      expect(t`Nobody says ${1} and ${'two'}.`).to.equal('Nobody says 1 and two.');
      expect(t('toString')).to.equal('toString');
      const strong = html`<strong>2</strong>`;
      expect(rich`Nobody says ${strong}!`).to.deep.equal(['Nobody says ', strong, '!']);
    });
    expect(t(WAITING.en)).to.equal(WAITING.en);
  });
});
