import { css, type CSSResult } from 'lit';

export const activationsStyles: CSSResult = css`
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .body > * {
    min-inline-size: 0;
  }
  .layers select {
    inline-size: 100%;
    max-inline-size: none;
    block-size: auto;
    max-block-size: 15rem;
    padding: 0.2rem;
    font-variant-numeric: tabular-nums;
  }
  /* As many rows as a name and a size need */
  .layers option {
    padding-inline-start: 1.2em;
    overflow-wrap: anywhere;
    text-indent: -1em;
    white-space: normal;
  }
  .layers {
    margin-block-start: 0.75rem;
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  /* Square, whatever the layer, so that nothing moves when another is chosen */
  .frame {
    display: grid;
    place-items: center;
  }
  .frame > .probe {
    inline-size: 100%;
    block-size: 100%;
    background: none;
    border-radius: 0;
    aspect-ratio: auto;
  }
  /* Shares of a probe are shares of what it shows, so nothing is cut off */
  .probe canvas {
    object-fit: fill;
  }
  .coarse canvas {
    image-rendering: pixelated;
  }
  [part='sent-back'] {
    object-fit: contain;
  }
  .buttons {
    align-self: end;
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  /* What is sent back, and from where */
  .mark .cursor {
    border-color: #ff5ac8;
  }
  .stack {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 1rem;
    align-content: start;
  }
  .readout {
    min-block-size: 2lh;
  }
  .hold {
    margin-block-start: 0.5rem;
    inline-size: 100%;
    block-size: auto;
    min-block-size: max(2rem, var(--_finger));
  }
  .hold[aria-pressed='true'] {
    border-color: var(--_accent);
    outline: 1px solid var(--_accent);
  }
  figcaption {
    min-block-size: 12rem;
    margin-block-start: 1rem;
  }
  @media print {
    .hold {
      display: none;
    }
  }
  @container (min-width: 44rem) {
    .body {
      grid-template-columns: minmax(0, 1fr) minmax(0, 2.4fr);
    }
    .stack {
      grid-column: 1 / -1;
    }
  }
  @container (min-width: 60rem) {
    .body {
      grid-template-columns: minmax(0, 1fr) minmax(0, 2.4fr) minmax(0, 1fr);
    }
    .stack {
      grid-column: auto;
      grid-template-columns: minmax(0, 1fr);
    }
    figcaption {
      min-block-size: 8rem;
    }
  }
`;
