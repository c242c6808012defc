import { css, type CSSResult } from 'lit';

export const adversarialStyles: CSSResult = css`
  /* Where it is narrow, original and result side by side, and the change below. */
  .panel:nth-child(2) {
    order: 1;
  }
  .below {
    display: grid;
    gap: 1rem;
    margin-block-start: 1rem;
  }
  .below input[type='range'] {
    inline-size: 100%;
    max-inline-size: 30rem;
  }
  .verdict {
    min-block-size: 3lh;
  }
  figcaption [part='adapter'] {
    min-block-size: 4lh;
  }
  .legend {
    min-block-size: 1lh;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  /* Titles of so narrow panels take two lines. */
  @container (width < 62rem) {
    h3 {
      min-block-size: 2lh;
      align-content: end;
      white-space: normal;
    }
  }
  @container (min-width: 30rem) {
    .panels {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .panel:nth-child(2) {
      order: 0;
    }
  }
  @container (min-width: 40rem) {
    .below {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
`;
