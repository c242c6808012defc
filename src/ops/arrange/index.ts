import type { Family } from '../family.ts';
import { gathers } from './gathers.ts';
import { unpools } from './max-unpool.ts';
import { orders } from './order.ts';
import { scatters } from './scatters.ts';
import { tables } from './tables.ts';

/** Elements picked, put elsewhere and ordered: composed of what others compute. */
export const family: Family = {
  ops: [],
  importers: { ...gathers, ...orders, ...scatters, ...tables, ...unpools },
};
