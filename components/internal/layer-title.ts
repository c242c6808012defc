import { css, html, type CSSResult, type TemplateResult } from 'lit';
import { rich, t } from './languages/words.ts';

/** A title of a part of a layer, in one row: as much of the end of the name as there is room for. */
export function titleOf(part: string, layer: string): TemplateResult {
  return html`<h3 class="of" title=${t`${part} of ${layer}`}>
    ${rich`${part} of ${html`<span class="end"><bdi>${layer}</bdi></span>`}`}
  </h3>`;
}

export const titleStyles: CSSResult = css`
  .of {
    display: flex;
    column-gap: 0.5ch;
  }
  .of .end {
    overflow: hidden;
    direction: rtl;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @container (max-width: 34rem) {
    .of {
      flex-wrap: wrap;
    }
  }
`;
