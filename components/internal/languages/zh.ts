import type { Words } from './table.ts';

/** 简体中文. In the order of the folders, each text where it is said first. */
export const zh: Words = {
  'Starts when it comes into view.': '滚动到此处时开始计算。',
};
