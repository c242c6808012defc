import { css, type CSSResult } from 'lit';

export const embeddingStyles: CSSResult = css`
  .panels {
    grid-template-columns: minmax(0, 1fr);
  }
  .map {
    position: relative;
    overflow: clip;
    aspect-ratio: 1;
    background: var(--_sunken);
    border-radius: 8px;
    cursor: grab;
    touch-action: pan-y;
  }
  /* Colour of the lines, which the canvas reads. */
  .map canvas {
    color: var(--_accent);
  }
  .map:active {
    cursor: grabbing;
  }
  .map:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .map.dropping {
    outline: 3px dashed var(--_accent);
    outline-offset: -6px;
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: 1rem;
    color: var(--_muted);
    text-align: center;
  }
  .zoom {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    margin-block: 0.5rem;
  }
  .zoom button {
    min-inline-size: max(2rem, var(--_finger));
  }
  .legend.labels {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem 0.4rem;
    min-block-size: 2rem;
  }
  .labels button {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    block-size: 1.75rem;
    font-size: 0.75rem;
  }
  .labels button[aria-pressed='true'] {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent);
  }
  .labels span {
    flex: none;
    inline-size: 0.8rem;
    block-size: 0.8rem;
    border-radius: 3px;
    forced-color-adjust: none;
    print-color-adjust: exact;
  }
  @media print {
    .zoom,
    .panels:not(:has(.picture)) .detail {
      display: none;
    }
  }
  .detail {
    min-block-size: 18rem;
  }
  .detail .name {
    min-block-size: 2lh;
    overflow-wrap: anywhere;
  }
  .picture {
    position: relative;
    inline-size: 8rem;
    aspect-ratio: 1;
    margin-block-end: 0.5rem;
    overflow: clip;
    background: var(--_sunken);
    border-radius: 8px;
  }
  .neighbours {
    display: grid;
    grid-template-columns: repeat(6, minmax(0, 1fr));
    gap: 0.4rem;
    margin: 0.4rem 0 0;
    padding: 0;
    list-style: none;
    font-size: 0.6875rem;
  }
  .neighbours button {
    position: relative;
    inline-size: 100%;
    block-size: auto;
    aspect-ratio: 1;
    padding: 0;
    overflow: clip;
  }
  .neighbours span {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .panels > figcaption {
    min-block-size: 10rem;
  }
  .stage {
    margin-block-start: 0.5rem;
    min-block-size: 1lh;
    font-variant-numeric: tabular-nums;
  }
  /* A finger on the map moves nothing that it did not mean to. */
  @media (pointer: coarse) {
    .detail {
      min-block-size: 0;
    }
  }
  @container (min-width: 46rem) {
    .panels {
      grid-template-columns: minmax(0, 2.1fr) minmax(0, 1fr);
      gap: 1.25rem;
    }
    .panels > figcaption {
      grid-column: 1 / -1;
      min-block-size: 7rem;
    }
    .map {
      aspect-ratio: 4 / 3;
    }
    .detail {
      min-block-size: 21rem;
    }
    .neighbours {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
  }
`;
