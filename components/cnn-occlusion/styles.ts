import { css, type CSSResult } from 'lit';

export const occlusionStyles: CSSResult = css`
  .map {
    position: relative;
    cursor: crosshair;
    touch-action: pan-y;
  }
  .cursor {
    position: absolute;
    box-sizing: border-box;
    border: 2px solid #fff;
    outline: 1px solid #000;
    pointer-events: none;
  }
  .legend {
    margin: 0.4rem 0 0;
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
  }
`;
