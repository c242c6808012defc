import { css, type CSSResult } from 'lit';

export const topPatchesStyles: CSSResult = css`
  /* That of the layers, which grows when their names come: what is beside it must not move. */
  label:first-child select {
    inline-size: 13rem;
  }
  .body {
    display: grid;
    gap: 1rem;
  }
  .dropping {
    outline: 2px dashed var(--_accent);
    outline-offset: 6px;
  }
  .channels {
    display: grid;
    align-content: start;
    gap: 1.25rem;
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0.75rem;
  }
  ol {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 3px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .tile {
    position: relative;
    display: block;
    overflow: clip;
    inline-size: 100%;
    block-size: auto;
    padding: 0;
    aspect-ratio: 1;
    background: var(--_sunken);
    border: 0;
    border-radius: 4px;
  }
  .tile[aria-pressed='true'] {
    outline: 3px solid var(--_accent);
    outline-offset: -3px;
  }
  .tile[aria-pressed='true'] canvas {
    scale: 0.9;
  }
  .value {
    display: block;
    overflow: hidden;
    color: var(--_muted);
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
    text-align: center;
    white-space: nowrap;
  }
  .side {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
  }
  .detail .image-area {
    margin-block-end: 0.5rem;
  }
  .detail .readout {
    min-block-size: 5lh;
    overflow-wrap: anywhere;
  }
  .readout .muted {
    display: block;
  }
  a {
    color: var(--_accent);
  }
  .box {
    position: absolute;
    box-sizing: border-box;
    border: 2px solid #fff;
    outline: 2px solid #000;
    outline-offset: -3px;
    pointer-events: none;
  }
  figcaption {
    min-block-size: 16rem;
  }
  summary {
    cursor: pointer;
  }
  @container (min-width: 44rem) {
    .body {
      grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
    }
    /* Beside each patch that is chosen, however far down it is */
    .side {
      position: sticky;
      inset-block-start: 1rem;
      align-self: start;
    }
  }
`;
