import { css, type CSSResult } from 'lit';

export const growingStyles: CSSResult = css`
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .images {
    display: grid;
    grid-template-columns: repeat(var(--_columns), minmax(0, 1fr));
    gap: 0.75rem;
    align-content: start;
  }
  .timeline,
  .side {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.6rem;
    align-content: start;
    min-inline-size: 0;
  }
  .timeline input.scrubber {
    inline-size: 100%;
    max-inline-size: 30rem;
  }
  .timeline .readout {
    min-block-size: 2lh;
  }
  /* The room of what is said once there is something */
  .verdict {
    min-block-size: 2lh;
  }
  figcaption [part='source'],
  figcaption [part='adapter'] {
    min-block-size: 3lh;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  @container (min-width: 40rem) {
    .body {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
`;
