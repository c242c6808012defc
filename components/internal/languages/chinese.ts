import { languageOfWords } from './translate.ts';
import type { Language } from './language.ts';
import { zh } from './zh.ts';
import { errors } from './zh/errors.ts';
import { notes } from './zh/notes.ts';

/** 简体中文. */
export const chinese: Language = languageOfWords('zh', zh, notes, errors);
