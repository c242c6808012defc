import { html, type TemplateResult } from 'lit';
import type { Label } from '../../src/index.ts';
import { classOptions } from './controls.ts';

/** A class of the network, found by typing, or none: `placeholder` says what that means. Once for each figure: the list has an id. */
export function classField(
  labels: readonly Label[],
  placeholder: string,
  target: string | undefined,
  onChange: (target: string | undefined) => void,
): TemplateResult {
  return html`<label
      ><span>Class</span>
      <input
        type="search"
        list="classes"
        placeholder=${placeholder}
        .value=${target ?? ''}
        @change=${({ target: field }: Event) => {
          onChange((field as HTMLInputElement).value.trim() || undefined);
        }}
    /></label>
    <datalist id="classes">${classOptions(labels)}</datalist>`;
}
