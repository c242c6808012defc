import { css, type CSSResult } from 'lit';

/** Names beside their colours. */
export const legendStyles: CSSResult = css`
  .legend {
    min-block-size: 3lh;
    margin: 0.5rem 0 0;
    padding: 0;
    list-style: none;
    font-size: 0.75rem;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 0.4rem;
  }
  .legend span {
    flex: none;
    inline-size: 0.8rem;
    block-size: 0.8rem;
    border-radius: 3px;
    forced-color-adjust: none;
    print-color-adjust: exact;
  }
`;
