import { css, type CSSResult } from 'lit';

export const trainerStyles: CSSResult = css`
  .dropping {
    outline: 3px dashed var(--_accent);
    outline-offset: -6px;
  }
  .transport {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.6rem;
    align-items: center;
    margin-block-end: 0.9rem;
  }
  .transport button:first-child {
    min-inline-size: 5.5rem;
    background: color-mix(in oklab, var(--_accent) 20%, var(--_surface));
    border-color: var(--_accent);
    font-weight: 600;
  }
  .transport .count {
    font-variant-numeric: tabular-nums;
  }
  .transport .readout {
    flex-basis: 100%;
    min-block-size: 2lh;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.1rem;
  }
  .curves {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0 1rem;
  }
  .curves .curve {
    max-inline-size: none;
  }
  .key {
    grid-column: 1 / -1;
  }
  .key svg {
    inline-size: 24px;
    block-size: 8px;
    stroke: var(--_accent);
    stroke-width: 1.6;
  }
  .fit canvas {
    object-fit: contain;
  }
  .coarse canvas {
    image-rendering: pixelated;
  }
  .panel .readout {
    min-block-size: 2lh;
    margin-block-start: 0.3rem;
  }

  /* What it takes the picture for */
  .likeliest {
    display: grid;
    gap: 2px;
    align-content: start;
    min-block-size: calc(3 * 1.45rem);
    margin: 0.3rem 0 0;
    padding: 0;
    list-style: none;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .likeliest li {
    display: flex;
    gap: 0.4rem;
    justify-content: space-between;
    padding: 0.1rem 0.35rem;
    background: linear-gradient(
      to right,
      color-mix(in oklab, var(--_accent) 22%, transparent) calc(100% * var(--_share)),
      transparent 0
    );
    border-radius: 4px;
    line-height: 1.2rem;
  }
  .likeliest span:first-child {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .likeliest .right {
    font-weight: 600;
  }

  /* The matrix */
  .confusion {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .matrix {
    overflow-x: auto;
  }
  .matrix.blank {
    display: grid;
    place-content: center;
    min-block-size: 20.5rem;
    padding: 1rem;
    background: var(--_sunken);
    border-radius: 8px;
    text-align: center;
  }
  table {
    inline-size: 100%;
    border-collapse: separate;
    border-spacing: 1px;
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
  }
  th {
    padding: 0.1rem 0.3rem;
    color: var(--_muted);
    font-weight: 400;
    text-align: center;
  }
  th[scope='row'] {
    inline-size: 4.6rem;
    max-inline-size: 4.6rem;
    overflow: hidden;
    text-align: start;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  th[scope='row'] span {
    display: inline-block;
    min-inline-size: 1.1em;
  }
  td {
    min-inline-size: 1.5rem;
    block-size: 1.6rem;
    padding: 0;
    background: color-mix(in oklab, var(--_cell) calc(45% * var(--_share)), var(--_sunken));
    border-radius: 3px;
    cursor: pointer;
    text-align: center;
  }
  td.right {
    --_share: var(--_part);
    --_cell: var(--_accent);
  }
  td.wrong {
    --_share: min(1, 2.5 * var(--_part));
    --_cell: var(--_error);
  }
  td[aria-selected='true'] {
    outline: 2px solid var(--_text);
  }
  td:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .cell ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(max(2.6rem, var(--_finger)), 1fr));
    gap: 0.3rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .cell button {
    position: relative;
    inline-size: 100%;
    block-size: auto;
    aspect-ratio: 1;
    padding: 0;
    overflow: clip;
  }
  .cell canvas {
    image-rendering: pixelated;
  }

  /* The reader's own pictures */
  .teaching {
    margin-block-start: 1rem;
    padding: 0.6rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: 8px;
  }
  .teaching summary {
    cursor: pointer;
    font-weight: 600;
  }
  .teaching .controls {
    align-items: end;
    margin-block: 0.7rem;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .taught {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
  }
  .taught video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transform: scaleX(-1);
  }
  .taught .image-area {
    max-inline-size: 16rem;
  }
  .taught ul {
    display: grid;
    gap: 0.4rem;
    align-content: start;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .taught li {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }
  .taught [aria-pressed='true'] {
    background: color-mix(in oklab, var(--_accent) 35%, var(--_surface));
    border-color: var(--_accent);
  }
  .taught [aria-pressed] {
    user-select: none;
    touch-action: none;
  }
  figcaption {
    min-block-size: 9rem;
    margin-block-start: 1rem;
  }
  @media print {
    .transport button {
      display: none;
    }
  }
  @container (min-width: 36rem) {
    th[scope='row'] {
      inline-size: 8rem;
      max-inline-size: 8rem;
    }
    .curves {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .panels {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .taught {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1.6fr);
    }
  }
  @container (min-width: 44rem) {
    .transport .readout {
      min-block-size: 1lh;
    }
    .confusion {
      grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr);
    }
  }
`;
