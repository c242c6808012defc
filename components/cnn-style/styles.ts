import { css, type CSSResult } from 'lit';

export const styleStyles: CSSResult = css`
  .panels {
    align-content: start;
  }
  .result {
    grid-column: 1 / -1;
  }
  .terms {
    min-block-size: 4lh;
    font-variant-numeric: tabular-nums;
  }
`;
