// Results of the bench as text and as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TITLES = {
  device: 'What the device can do',
  models: 'Whole networks',
  kernels: 'Single layers',
  methods: 'Backward passes and switches',
  synthesis: 'Images grown by optimisation: one step',
  training: 'Training: four steps',
  embed: 'Maps of pictures: one iteration',
  'top-k': 'The strongest activations of a corpus',
  cold: 'Cold start: a fresh page, from the bytes of the file to the first result',
  memory: 'Memory of the plan',
  attributions: 'Attributions of many passes',
  scaling: 'Cost against size',
  page: 'The longest tasks of the page',
  occlusion: 'Incremental occlusion',
  'cpu-layers': 'Single layers on the CPU',
  'cpu-networks': 'Whole networks on the CPU',
  'cpu-synthesis': 'Images grown by optimisation on the CPU: one step',
  'cpu-attributions': 'Attributions of many passes on the CPU',
  'cpu-embed': 'Maps of pictures on the CPU: one iteration',
  'cpu-occlusion': 'Incremental occlusion on the CPU',
  'cpu-cold': 'Cold start on the CPU: a fresh page, from the bytes of the file to the first result',
  load: 'Loading large files',
  large: 'Large networks at default limits',
  'cpu-memory': 'Peak memory on the CPU',
  'cpu-page': 'First figure of the gallery without WebGPU',
};

const significant = (n) => (Math.abs(n) >= 1000 ? n.toFixed(0) : String(Number(n.toPrecision(3))));

function cell(value) {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return significant(value);
  return `${significant(value.median)} (${significant(value.min)}–${significant(value.max)})`;
}

/** A table that reads well as text and as Markdown. */
function table(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) =>
    rows.some((row) => cell(row[key]) !== ''),
  );
  const lines = [columns, ...rows.map((row) => columns.map((key) => cell(row[key])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const numeric = columns.map((key) => rows.every((row) => typeof row[key] !== 'string'));
  const pad = (line) => line.map((text, i) => (numeric[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])));
  const rule = widths.map((width, i) => (numeric[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [head, ...body] = lines.map(pad);
  return [head, rule, ...body].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** A part's table under its title. */
export function describePart(name, { rows, notes = [] }) {
  return [`## ${TITLES[name]}`, table(rows), ...notes].join('\n\n');
}

const isMet = ({ reached, bound }) => ('atLeast' in bound ? reached >= bound.atLeast : reached <= bound.atMost);

/** One line for each goal. */
function describeGoal(goal) {
  const { text, reached, bound, unit } = goal;
  const [sign, limit] = 'atLeast' in bound ? ['≥', bound.atLeast] : ['≤', bound.atMost];
  const [wanted, found] = [limit, reached].map((n) => `${significant(n)} ${unit}`.trim());
  return `${text}: goal ${sign} ${wanted}, reached ${found}: ${isMet(goal) ? 'met' : 'missed'}`;
}

/** The goals of all parts, and how many were met. */
export function describeGoals(parts) {
  const goals = Object.values(parts).flatMap((part) => part.goals ?? []);
  const met = goals.filter(isMet).length;
  return ['## Goals', ...goals.map((goal) => `- ${describeGoal(goal)}`), `${met} of ${goals.length} goals met`].join(
    '\n',
  );
}

const describeMachine = ({ cpu, cores, runtime, adapter, peers, date }) =>
  [`${cpu}, ${cores} cores`, runtime, `adapter ${adapter}`, ...peers, date].join('; ');

/** Writes <date>-<machine>.json and .md, and returns their path without the ending. */
export function save(folder, machine, parts) {
  const slug = [machine.cpu, `${machine.cores} cores`, /^[a-z]+/i.exec(machine.runtime)[0], machine.adapter]
    .join(' ')
    .toLowerCase();
  const path = join(folder, `${machine.date}-${slug.replace(/[^a-z0-9]+/g, '-')}`);
  const sections = Object.entries(parts).map(([name, part]) => describePart(name, part));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.json`, `${JSON.stringify({ machine, parts }, null, 2)}\n`);
  const text = ['# Bench', describeMachine(machine), ...sections, describeGoals(parts)];
  writeFileSync(`${path}.md`, `${text.join('\n\n')}\n`);
  return path;
}
