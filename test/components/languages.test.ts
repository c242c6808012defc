import { expect } from 'chai';
import type { LitElement } from 'lit';
import { html } from 'lit';
import { chinese } from '../../components/internal/languages/chinese.ts';
import { rich, speak, t } from '../../components/internal/languages/words.ts';
import {
  ArgumentError,
  ModelFetchError,
  ModelFormatError,
  UnsupportedOpError,
  UseAfterDisposeError,
} from '../../src/errors.ts';
import { whole } from '../../components/internal/whole.ts';
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
    const langOf = (figure: LitElement): string => figure.shadowRoot!.querySelector<HTMLElement>('.room')!.lang;
    expect([chinese, english, unknown].map(langOf), 'as screen readers are told').to.deep.equal(['zh', 'en', 'en']);
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

  it('write numbers alike, whatever the language of the page', async () => {
    const german = await place('<cnn-saliency lang="de" src="x.jpg"></cnn-saliency>');
    const chinese = await place('<cnn-saliency lang="zh" src="x.jpg"></cnn-saliency>');
    for (const figure of [german, chinese]) expect(speak(figure, () => whole(1_234_567))).to.equal('1,234,567');
  });

  it('explain errors with all their parts, and what other errors say in them', () => {
    expect(
      chinese.explain(
        new ModelFetchError('the server did not give the file', {
          where: 'https://example.org/bee.onnx',
          expected: 'HTTP 200',
          got: 'HTTP 404',
          remedy: 'There is no such file: check the address.',
        }),
      ),
    ).to.equal(
      'https://example.org/bee.onnx：服务器没有提供文件；应为 HTTP 200；实际为 HTTP 404。没有这个文件：请检查地址。',
    );
    expect(
      chinese.explain(
        new UnsupportedOpError([
          { op: 'Conv', node: 'a', reason: '3 spatial axes; 1 and 2 are supported' },
          { op: 'Conv', node: 'b', reason: '3 spatial axes; 1 and 2 are supported' },
          { op: 'Loop', node: 'c', reason: 'training mode' },
        ]),
      ),
    ).to.equal(
      '模型需要 3 个不支持的算子：Conv（节点“a”及另外 1 个）：3 个空间轴；支持 1 个和 2 个；Loop（节点“c”）：训练模式。',
    );
    const inner = new ModelFormatError('tensor "x" is missing', { where: 'node "c" (Conv)', expected: 'constants' });
    const outer = new ModelFormatError('it makes no sense as it is', { got: inner.message });
    expect(chinese.explain(outer)).to.equal('它现在的样子没有意义；实际为节点“c”（Conv）：缺少张量“x”；应为常量。');
    expect(chinese.explain({ message: inner.message })).to.equal('节点“c”（Conv）：缺少张量“x”；应为常量。');
    expect(chinese.explain(new UseAfterDisposeError('model "bee"'))).to.equal('模型“bee”在 dispose() 之后仍被使用。');
  });

  it('leave names and what nobody has words for as they are', () => {
    const spider = 'black and gold garden spider';
    expect(chinese.explain(new ArgumentError('there is no such class', { got: spider }))).to.equal(
      `没有这个类别；实际为 ${spider}。`,
    );
    expect(chinese.say(spider)).to.equal(undefined);
    expect(chinese.say('3 pictures')).to.equal(undefined);
    expect(chinese.explain(new Error('Nobody knows: not this; got nothing.'))).to.equal(
      'Nobody knows: not this; got nothing.',
    );
  });
});
