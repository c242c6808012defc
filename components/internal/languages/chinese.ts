import { languageOfWords } from './translate.ts';
import type { Language } from './language.ts';
import { composed } from './zh-composed.ts';
import { zh } from './zh.ts';

/** 简体中文. */
export const chinese: Language = languageOfWords(zh, composed);
