import type { Words } from './language.ts';
import { attribution } from './zh/attribution.ts';
import { common } from './zh/common.ts';
import { learning } from './zh/learning.ts';
import { making } from './zh/making.ts';
import { measuring } from './zh/measuring.ts';
import { mechanism } from './zh/mechanism.ts';
import { reasons } from './zh/reasons.ts';
import { stored } from './zh/stored.ts';
import { seeing } from './zh/seeing.ts';

/** 简体中文. */
export const zh: Words = {
  ...common,
  ...stored,
  ...seeing,
  ...reasons,
  ...making,
  ...learning,
  ...measuring,
  ...mechanism,
  ...attribution,
};
