import { html, type TemplateResult } from 'lit';

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
    <select @change=${change} .value=${chosen}>
      ${options.map(([value, title]) => html`<option value=${value} .selected=${value === chosen}>${title}</option>`)}
    </select></label
  >`;
}
