import { ending, layerText, listedName } from './layer-text.ts';
import { html, nothing, type TemplateResult } from 'lit';
import type { Label, Layer } from '../../src/internal.ts';
import { t } from './languages/words.ts';

type Choice<Value extends string = string> = Value | readonly [value: Value, text: string];

/** A button; `label` says what it is for where its text alone does not. */
export function button(
  text: string | TemplateResult,
  onClick: () => unknown,
  { disabled = false, label }: { readonly disabled?: boolean; readonly label?: string } = {},
): TemplateResult {
  return html`<button
    type="button"
    aria-label=${label === undefined ? nothing : t(label)}
    ?disabled=${disabled}
    @click=${() => void onClick()}
  >
    ${typeof text === 'string' ? t(text) : text}
  </button>`;
}

/** A labelled choice among values; one that is none of them is shown too, since an author may set any. */
export function select<Value extends string>(
  label: string,
  choices: readonly Choice<Value>[],
  value: Value,
  onChange: (value: Value) => void,
): TemplateResult {
  const known = choices.map((choice) => (typeof choice === 'string' ? ([choice, choice] as const) : choice));
  const all = known.some(([key]) => key === value) ? known : [...known, [value, ending(value)] as const];
  return html`<label
    ><span>${t(label)}</span>
    <select
      @change=${(event: Event) => {
        onChange(valueOf(event) as Value);
      }}
    >
      ${all.map(([key, text]) => html`<option value=${key} .selected=${key === value}>${t(text)}</option>`)}
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
    ><span>${t(label)}</span>
    <input
      type="number"
      min=${min}
      max=${max ?? nothing}
      placeholder=${t(placeholder)}
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
    ><span>${t(label)}</span>
    <input
      type="text"
      placeholder=${t(placeholder)}
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
    ><span>${t(label)}</span>
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
    ><span>${t(label)}</span>
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

/** What a reader may mean: the text that is taken, and what is said of it. */
export interface Suggestion {
  readonly value: string;
  readonly text?: string;
}

/** More than a reader looks through; each is an element of the page. */
const MAX_SUGGESTED = 100;

/**
 * Something found by typing; an empty field is undefined. `find` gives what fits to what is typed, as far as it is asked.
 * Once for each figure and label: the list has an id.
 */
export function search(
  label: string,
  placeholder: string,
  value: string | undefined,
  find: (typed: string) => Iterable<Suggestion>,
  onChange: (value: string | undefined) => void,
): TemplateResult {
  // The list is filled when a reader comes: as a part of the page it would be there for everybody.
  const suggest = ({ target }: Event): void => {
    const { list, value: typed } = target as HTMLInputElement;
    const options: HTMLOptionElement[] = [];
    for (const { value: taken, text } of find(typed.trim().toLowerCase())) {
      if (options.push(new Option(text ?? '', taken)) === MAX_SUGGESTED) break;
    }
    list?.replaceChildren(...options);
  };
  const id = `${label.toLowerCase().replace(/\W+/g, '-')}-list`;
  return html`<label
      ><span>${t(label)}</span>
      <input
        type="search"
        list=${id}
        placeholder=${t(placeholder)}
        .value=${value ?? ''}
        @focus=${suggest}
        @input=${suggest}
        @change=${(event: Event) => {
          onChange(valueOf(event).trim() || undefined);
        }}
    /></label>
    <datalist id=${id}></datalist>`;
}

/** A class of the network, or none: `placeholder` says what that means. */
export function classField(
  labels: readonly Label[],
  placeholder: string,
  target: string | undefined,
  onChange: (target: string | undefined) => void,
): TemplateResult {
  return search('Class', placeholder, target, (typed) => classesLike(labels, typed), onChange);
}

/** A class of the network; without one it is the likeliest. */
export function classPicker(
  labels: readonly Label[],
  target: string,
  onChange: (target: string) => void,
): TemplateResult {
  return classField(labels, 'the likeliest', target === 'top-1' ? undefined : target, (chosen) => {
    onChange(chosen ?? 'top-1');
  });
}

const sharedNames = new WeakMap<readonly Label[], ReadonlySet<string>>();

/** Names that several classes have. */
function namesSharedBy(labels: readonly Label[]): ReadonlySet<string> {
  const known = sharedNames.get(labels);
  if (known) return known;
  const seen = new Set<string>();
  const shared = new Set(labels.map(({ name }) => name).filter((name) => seen.size === seen.add(name).size));
  sharedNames.set(labels, shared);
  return shared;
}

/** Names, but numbers for names that several classes share. */
function* classesLike(labels: readonly Label[], typed: string): Generator<Suggestion, void, undefined> {
  const shared = namesSharedBy(labels);
  for (const { id, name } of labels) {
    if (!name.toLowerCase().includes(typed)) continue;
    yield shared.has(name) ? { value: String(id), text: t`${name}, class ${id}` } : { value: name };
  }
}

/** Layers up to which all of them are a menu. */
const MAX_MENU = 200;

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
    .map(({ name, shape }): readonly [name: string, text: string] => [name, layerText({ name, shape })]);
  if (choices.length <= MAX_MENU) {
    const menu = select(label, [['', none], ...choices], listedName(layers, layer) ?? '', (name) => {
      onChange(name || undefined);
    });
    return html`<div class="layers">${menu}</div>`;
  }
  const find = (typed: string): Suggestion[] =>
    choices
      .filter(([name]) => name.toLowerCase().includes(typed))
      .map(([value, text]): Suggestion => ({ value, text }));
  return search(label, none, layer, find, onChange);
}

function valueOf({ target }: Event): string {
  return (target as HTMLInputElement | HTMLSelectElement).value;
}
