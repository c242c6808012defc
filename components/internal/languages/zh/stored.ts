import type { Words } from '../language.ts';

/** Figures that wait to be asked, and those that come from a file. */
export const stored: Words = {
  'Starts when you ask for it.': '点击后开始计算。',
  'Compute it here': '在这里计算',
  'Save figure': '保存图示',
  'Stored on {0}: {1} on {2}, Unpool {3}.': '保存于 {0}：{1}，运行于 {2}，Unpool {3}。',
  'nothing is drawn': '还没有绘制任何内容',
  'Wait for the event "cnn-result".': '请等待事件“cnn-result”。',
  'the stored figure did not come': '未能取得保存的图示',
  'Check the address.': '请检查网址。',
  'HTTP {0}': 'HTTP {0}',
  'not a stored figure': '不是保存的图示',
  'a file that "Save figure" made': '由“保存图示”生成的文件',
  'the stored figure is of another element': '保存的图示属于另一个元素',
};
