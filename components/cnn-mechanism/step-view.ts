import { html, type TemplateResult } from 'lit';
import { attributionMethods, type Model } from '../../src/internal.ts';
import {
  RULE_NAMES,
  sumOf,
  type Backward,
  type Clamped,
  type Grid,
  type Maximum,
  type Readings,
  type Return,
  type Ruled,
  type Stage,
  type Unpooled,
} from '../../src/mechanism.ts';
import { t } from '../internal/languages/words.ts';
import { placeText } from './sentences.ts';
import { channelName, layerName, type WalkStep } from './steps.ts';
import { productsView } from './products-view.ts';
import { largestOf, listTable, numberTable, placesOf, type ListTable } from './tables.ts';

export type RuleName = keyof Return['arrives'];

/** How the rules are called. */
export const RULE_TITLES: Readonly<Record<RuleName, string>> = {
  gradient: attributionMethods.gradient.title,
  guided: attributionMethods['guided-backprop'].title,
  deconvnet: attributionMethods.deconvnet.title,
};

export interface StepLook {
  readonly model: Model;
  readonly rule: RuleName;
  /** Channels of a sum that are shown. */
  readonly count: number;
}

/** The numbers of a step. */
export function stepView(step: WalkStep, look: StepLook): TemplateResult {
  const { stage, back } = step;
  if (!back) return forwardView(stage, look);
  const sent = back.backward?.[look.rule];
  return html`${sent ? backwardView(sent, back, look) : ''} ${rulesTable(back, look)}`;
}

function shapeOf({ model }: StepLook, tensor: string): readonly number[] {
  return model.graph.values.get(tensor)!.shape;
}

function forwardView(stage: Stage, look: StepLook): TemplateResult {
  const { node, from, forward } = stage;
  const input = node.inputs[0]!;
  switch (forward.kind) {
    case 'products':
      return productsView(forward, {
        count: look.count,
        at: from.at,
        nameOf: (channel) => channelName(look.model, input, channel),
        shape: shapeOf(look, input),
        isBack: false,
        others: [],
        total: forward.sum,
      });
    case 'maximum':
      return html`<div class="product">${maximumTable(forward, shapeOf(look, input))}</div>`;
    case 'clamped':
      return html`<div class="product">${clampedTables(forward, from.at, shapeOf(look, input))}</div>`;
    case 'readings':
      return html`<div class="product">${readingTables(forward, stage, look)}</div>`;
  }
}

/** Numbers that have a place, around the one that the walk goes through. */
function grid(
  caption: string,
  given: Grid,
  shape: readonly number[],
  part: string,
  at: number,
  values: readonly number[] = given.values,
): TemplateResult {
  return numberTable({
    caption,
    rows: given.rows,
    columns: given.columns,
    values,
    absent: (i) => (given.places[i]! < 0 ? '–' : undefined),
    labels: placesOf(given, shape),
    marked: given.places.indexOf(at),
    largest: largestOf(values),
    part,
  });
}

function maximumTable(given: Maximum, shape: readonly number[]): TemplateResult {
  const at = given.places[given.chosen]!;
  return grid(t`Under the window; the switch is at ${placeText(at, shape)}`, given, shape, 'numbers', at);
}

function clampedTables(given: Clamped, at: number, shape: readonly number[]): TemplateResult {
  return html`${grid(t('Before'), given, shape, 'numbers', at)}
    <span class="sign" aria-hidden="true">→</span>
    ${grid(t('After'), given, shape, 'products', at, given.after)}`;
}

function readingTables({ readings }: Readings, { from }: Stage, look: StepLook): TemplateResult[] {
  return readings.map((reading) => {
    const { tensor, count, values } = reading;
    const name = layerName(look.model, tensor);
    const caption =
      values.length < count ? t`The first ${values.length} of ${count} numbers of ${name}` : t`Read from ${name}`;
    return grid(caption, reading, shapeOf(look, tensor), 'numbers', tensor === from.tensor ? from.at : -1);
  });
}

function backwardView(sent: Backward, back: Return, look: StepLook): TemplateResult {
  const { stage, others } = back;
  const { node, from, to } = stage;
  const [output] = node.outputs as [string];
  switch (sent.kind) {
    case 'products':
      return productsView(sent, {
        count: look.count,
        at: to.at,
        nameOf: (channel) => channelName(look.model, output, channel),
        shape: shapeOf(look, output),
        isBack: true,
        others: otherRows(back, look, sent.sum),
        total: back.leaves[look.rule],
      });
    case 'unpooled':
      return html`<div class="product">${unpooledTables(sent, back, look)}</div>
        ${others.length + back.unknown.length > 0 ? othersTable(back, look, sent) : ''}`;
    case 'ruled':
      return html`${ruledTables(sent, from.at, shapeOf(look, output), look.rule)}
      ${others.length + back.unknown.length > 0 ? othersTable(back, look, sent) : ''}`;
  }
}

function unpooledTables(sent: Unpooled, { stage }: Return, look: StepLook): TemplateResult {
  const { from, to } = stage;
  const [input, output] = [shapeOf(look, from.tensor), shapeOf(look, to.tensor)];
  const { windows } = sent;
  return html`${grid(t('Signals of the windows over this unit'), windows, output, 'numbers', to.at)}
    ${listTable({
      caption: t('Their switches'),
      heads: [t('window'), t('recorded place')],
      rows: windows.places.map((place, i) => ({
        label: placeText(place, output),
        values: [placeText(windows.switches[i]!, input)],
        marked: windows.switches[i] === from.at,
      })),
      part: 'switches',
    })}
    <span class="sign" aria-hidden="true">→</span>
    ${grid(t('Unpooled, under one window'), sent, input, 'products', from.at)}`;
}

/** What each of the three rules makes of the same signals. */
function ruledTables(sent: Ruled, at: number, shape: readonly number[], rule: RuleName): TemplateResult {
  return html`<div class="product small">
      ${grid(t('Forward: what the ReLU gave'), sent, shape, 'numbers', at, sent.output)}
      ${grid(t`Signals that arrive, by ${t(RULE_TITLES[rule])}`, sent, shape, 'numbers', at)}
    </div>
    <div class="product small">
      ${RULE_NAMES.map((name) =>
        grid(t(RULE_TITLES[name]), sent, shape, name === rule ? 'rule chosen' : 'rule', at, sent[name]),
      )}
    </div>`;
}

/** What other layers send to the same number. */
function otherRows({ others, unknown, leaves }: Return, { model, rule }: StepLook, own: number): ListTable['rows'] {
  const known = others.map(({ tensor, sums }) => ({ label: layerName(model, tensor), values: [sums[rule]] }));
  if (unknown.length === 0) return known;
  const rest = others.reduce((sum, { sums }) => sum - sums[rule], leaves[rule] - own);
  return [...known, { label: unknown.map((tensor) => layerName(model, tensor)).join(', '), values: [rest] }];
}

function othersTable(back: Return, look: StepLook, sent: Backward): TemplateResult {
  const own = sumOf(sent, look.rule, back.stage.from.at);
  const rows = [
    { label: layerName(look.model, back.stage.to.tensor), values: [own] },
    ...otherRows(back, look, own),
    { label: t('sum'), values: [back.leaves[look.rule]], isSum: true },
  ];
  return listTable({ caption: t('What is added up'), heads: [t('from'), t('signal')], rows, part: 'sum' });
}

/** The signals under the three rules, each on its own way from the unit. */
function rulesTable({ arrives, leaves }: Return, { rule }: StepLook): TemplateResult {
  return listTable({
    caption: t('The three rules, each on its own way from the unit'),
    heads: [t('rule'), t('arrives'), t('goes on')],
    rows: RULE_NAMES.map((name) => ({
      label: t(RULE_TITLES[name]),
      values: [arrives[name], leaves[name]],
      marked: name === rule,
    })),
    part: 'rules',
  });
}
