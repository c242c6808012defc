import { css, type CSSResult } from 'lit';

export const saliencyStyles: CSSResult = css`
  .panels > figcaption {
    grid-column: 1 / -1;
    min-block-size: 15rem;
  }
  .single {
    grid-template-columns: minmax(0, 1fr);
  }
  @container (min-width: 34rem) {
    .single {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .single > figcaption {
      grid-column: auto;
    }
  }
  /* Beside the pictures where there is room: then the caption never decides the height. */
  @container (min-width: 52rem) {
    .panels {
      grid-template-columns: repeat(2, minmax(0, 1fr)) minmax(0, 0.85fr);
      gap: 1.25rem;
    }
    .single {
      grid-template-columns: minmax(0, 2fr) minmax(0, 1.4fr);
    }
    .panels > figcaption {
      grid-column: auto;
      padding-block-start: 1.5rem;
    }
  }
`;
