import { css, type CSSResult } from 'lit';

export const inversionStyles: CSSResult = css`
  .side input.layers {
    inline-size: 100%;
    max-inline-size: 30rem;
  }
  .predictions [aria-current] {
    font-weight: 600;
    outline: 1px solid var(--_accent);
  }
  @container (min-width: 60rem) {
    .body {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    }
  }
`;
