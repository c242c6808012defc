import { html, nothing, type TemplateResult } from 'lit';
import type { Products } from '../../src/mechanism.ts';
import { t } from '../internal/languages/words.ts';
import { short } from '../internal/scale.ts';
import { largestOf, listTable, numberTable, placesOf, range, type ListTable } from './tables.ts';

type Share = Products['shares'][number];

/** Rows of a list for each channel that a grid would take. */
const ROWS_A_GRID = 3;

export interface ProductsLook {
  /** Channels that are shown. */
  readonly count: number;
  /** The number that the walk goes through. */
  readonly at: number;
  readonly nameOf: (channel: number) => string;
  /** Of the tensor that is read. */
  readonly shape: readonly number[];
  /** On the way back the filter is turned around. */
  readonly isBack: boolean;
  /** What other layers add, on the way back. */
  readonly others: ListTable['rows'];
  readonly total: number;
}

/** A sum of products: the channels that add most as numbers × weights = products, what the others add, and the sum. */
export function productsView(products: Products, look: ProductsLook): TemplateResult {
  const { shares } = products;
  const single = shares.every(({ rows, columns }) => rows * columns === 1);
  // Those that add something: most signals are 0 on the first steps back
  const some = shares.filter(({ values, weights }) => values.some((value, i) => value * weights[i]! !== 0));
  const shown = (some.length > 0 ? some : shares).slice(0, look.count * (single ? ROWS_A_GRID : 1));
  return html`${single ? nothing : shown.map((share) => channelGrids(share, shown, look))}
  ${sumTable(products, shown, single, look)}`;
}

/** What one channel adds: three grids. */
function channelGrids(each: Share, all: readonly Share[], look: ProductsLook): TemplateResult {
  const { channel, rows, columns, places, values, weights, sum } = each;
  const name = look.nameOf(channel);
  const marked = places.indexOf(look.at);
  const outside = (i: number): string | undefined => (places[i]! >= 0 ? undefined : look.isBack ? '–' : '0');
  const order = (size: number): string[] => range(size).map((tap) => String(look.isBack ? size - 1 - tap : tap));
  const labels = placesOf(each, look.shape);
  const products = values.map((value, i) => value * weights[i]!);
  const shared = { rows, columns, marked };
  const largest = (pick: (share: Share) => readonly number[]): number => largestOf(all.flatMap(pick));
  return html`<div class="product" role="group" aria-label=${name}>
    ${numberTable({
      ...shared,
      caption: look.isBack ? t`Signals at ${name}` : t`Numbers of ${name}`,
      values,
      absent: outside,
      labels,
      largest: largest((share) => share.values),
      part: 'numbers',
    })}
    <span class="sign" aria-hidden="true">×</span>
    ${numberTable({
      ...shared,
      caption: look.isBack ? t('The filter, turned around') : t('The filter'),
      values: weights,
      labels: [order(rows), order(columns)],
      largest: largest((share) => share.weights),
      part: 'weights',
    })}
    <span class="sign" aria-hidden="true">=</span>
    ${numberTable({
      ...shared,
      caption: t`Products, together ${short(sum)}`,
      values: products,
      absent: (i) => (places[i]! >= 0 ? undefined : '–'),
      labels,
      largest: largest((share) => share.values.map((value, i) => value * share.weights[i]!)),
      part: 'products',
    })}
  </div>`;
}

/** What is summed up. */
function sumTable(products: Products, shown: readonly Share[], single: boolean, look: ProductsLook): TemplateResult {
  const { shares, bias, sum } = products;
  const rest = shares.filter((share) => !shown.includes(share));
  const blanks = single ? ['', ''] : [];
  const rows: ListTable['rows'] = [
    ...shown.map((share) => ({
      label: look.nameOf(share.channel),
      values: [...(single ? [share.values[0]!, share.weights[0]!] : []), share.sum],
      marked: share.places.includes(look.at),
    })),
    ...(rest.length > 0
      ? [
          {
            label: t`and ${rest.length} more`,
            values: [...blanks, rest.reduce((total, each) => total + each.sum, 0)],
          },
        ]
      : []),
    ...(look.isBack ? [] : [{ label: t('bias'), values: [...blanks, bias] }]),
    ...look.others.map((row) => ({ ...row, values: [...blanks, ...row.values] })),
    { label: t('sum'), values: [...blanks, look.others.length > 0 ? look.total : sum], isSum: true },
  ];
  const names = single ? [look.isBack ? t('signal') : t('number'), t('weight'), t('product')] : [t('its products')];
  return listTable({ caption: t('What is added up'), heads: [t('from'), ...names], rows, part: 'sum' });
}
