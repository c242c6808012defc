import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

/** A choice among `[value, title]`; `choose` is told the value. */
export function choice(
  name: string,
  options: readonly (readonly [value: string, title: string])[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const change = ({ target }: Event): void => {
    choose((target as HTMLSelectElement).value);
  };
  return html`<label
    >${name}
    <select @change=${change}>
      ${options.map(([value, title]) => html`<option value=${value} .selected=${live(value === chosen)}>${title}</option>`)}
    </select></label
  >`;
}
