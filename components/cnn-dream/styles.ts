import { css, type CSSResult } from 'lit';

export const dreamStyles: CSSResult = css`
  .panels {
    align-content: start;
  }
  .place {
    min-block-size: 2lh;
    font-variant-numeric: tabular-nums;
  }
`;
