import { html, nothing, type TemplateResult } from 'lit';
import type { Label, Layer } from '../../src/index.ts';

type Choice = readonly [value: string, text: string];

/** A labelled choice among texts; a value that is none of them is shown too, since an author may set any. */
export function select(
  label: string,
  choices: readonly Choice[],
  value: string,
  onChange: (value: string) => void,
): TemplateResult {
  const all = choices.some(([known]) => known === value) ? choices : [...choices, [value, value] as const];
  return html`<label
    ><span>${label}</span>
    <select
      @change=${(event: Event) => {
        onChange(valueOf(event));
      }}
    >
      ${all.map(([key, text]) => html`<option value=${key} .selected=${key === value}>${text}</option>`)}
    </select></label
  >`;
}

export interface NumberLimits {
  readonly min: number;
  readonly max?: number | undefined;
  /** Shown where there is no number. */
  readonly placeholder?: string;
}

/** A labelled number; an empty field is undefined. */
export function number(
  label: string,
  { min, max, placeholder = '' }: NumberLimits,
  value: number | undefined,
  onChange: (value: number | undefined) => void,
): TemplateResult {
  return html`<label
    ><span>${label}</span>
    <input
      type="number"
      min=${min}
      max=${max ?? nothing}
      placeholder=${placeholder}
      .value=${String(value ?? '')}
      @change=${(event: Event) => {
        const text = valueOf(event);
        onChange(text === '' ? undefined : Number(text));
      }}
  /></label>`;
}

/** A labelled text; an empty field is undefined. */
export function words(
  label: string,
  placeholder: string,
  value: string | undefined,
  onChange: (value: string | undefined) => void,
): TemplateResult {
  return html`<label
    ><span>${label}</span>
    <input
      type="text"
      placeholder=${placeholder}
      .value=${value ?? ''}
      @change=${(event: Event) => {
        onChange(valueOf(event).trim() || undefined);
      }}
  /></label>`;
}

/** Lets the reader pick files, or a folder of them. */
export function filePicker(
  label: string,
  { accept, folder }: { readonly accept?: string; readonly folder?: boolean },
  onPick: (files: readonly File[]) => void,
): TemplateResult {
  return html`<label
    ><span>${label}</span>
    <input
      type="file"
      multiple
      accept=${accept ?? nothing}
      ?webkitdirectory=${folder}
      @change=${({ target }: Event) => {
        const input = target as HTMLInputElement;
        const files = Array.from(input.files ?? []);
        if (files.length > 0) onPick(files);
        // The same files can be picked again
        input.value = '';
      }}
  /></label>`;
}

/** A labelled slider over 0…1. */
export function slider(label: string, value: number, onInput: (value: number) => void): TemplateResult {
  return html`<label
    ><span>${label}</span>
    <input
      type="range"
      min="0"
      max="1"
      step="0.05"
      .value=${String(value)}
      @input=${(event: Event) => {
        onInput(Number(valueOf(event)));
      }}
  /></label>`;
}

/** A class of the network, found by typing; empty for the likeliest. Once for each figure: the list has an id. */
export function classPicker(
  labels: readonly Label[],
  target: string,
  onChange: (target: string) => void,
): TemplateResult {
  return html`<label
      ><span>Class</span>
      <input
        type="search"
        list="classes"
        placeholder="the likeliest"
        .value=${target === 'top-1' ? '' : target}
        @change=${(event: Event) => {
          onChange(valueOf(event).trim() || 'top-1');
        }}
    /></label>
    <datalist id="classes">${classOptions(labels)}</datalist>`;
}

const optionsOf = new WeakMap<readonly Label[], TemplateResult[]>();

/** Names, but numbers for names that several classes share. */
export function classOptions(labels: readonly Label[]): TemplateResult[] {
  const known = optionsOf.get(labels);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const { name } of labels) counts.set(name, (counts.get(name) ?? 0) + 1);
  const options = labels.map(({ id, name }) =>
    counts.get(name) === 1
      ? html`<option value=${name}></option>`
      : html`<option value=${id}>${name}, class ${id}</option>`,
  );
  optionsOf.set(labels, options);
  return options;
}

/** A layer with feature maps; `none` is the text for no choice. */
export function layerPicker(
  label: string,
  none: string,
  layers: readonly Layer[],
  layer: string | undefined,
  onChange: (layer: string | undefined) => void,
): TemplateResult {
  const choices = layers
    .filter(({ shape }) => shape.length === 4)
    .map(({ name, shape }): Choice => [name, `${name} (${shape.slice(1).join('×')})`]);
  return select(label, [['', none], ...choices], layer ?? '', (name) => {
    onChange(name || undefined);
  });
}

function valueOf({ target }: Event): string {
  return (target as HTMLInputElement | HTMLSelectElement).value;
}
