import { css, type CSSResult } from 'lit';

export const occlusionStyles: CSSResult = css`
  /* Cells are what was computed: nothing is smoothed over. */
  .probe canvas {
    image-rendering: pixelated;
  }
  .readout {
    min-block-size: 2lh;
    margin-block: 0.75rem 0.5rem;
  }
  figcaption {
    min-block-size: 11rem;
  }
  /* Titles of so narrow panels take two lines. */
  h3 {
    min-block-size: 2lh;
    align-content: end;
    white-space: normal;
  }
  .of {
    flex-wrap: wrap;
  }
  @container (min-width: 44rem) {
    .panels {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .readout {
      min-block-size: 1lh;
    }
    figcaption {
      min-block-size: 5.5rem;
    }
  }
`;
