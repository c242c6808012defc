import { css, type CSSResult } from 'lit';

export const trainingStyles: CSSResult = css`
  .time {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.5rem 0.75rem;
    align-items: center;
    margin-block-end: 1rem;
  }
  .time button {
    min-inline-size: 4.5rem;
  }
  .time input[type='range'] {
    inline-size: 100%;
    max-inline-size: none;
  }
  .time p {
    grid-column: 1 / -1;
  }
  .now {
    min-block-size: 1lh;
    font-variant-numeric: tabular-nums;
  }
  .wide {
    grid-column: 1 / -1;
  }
  h4 {
    margin: 0 0 0.25rem;
    color: var(--_muted);
    font-size: 0.75rem;
    font-weight: 500;
  }
  .panel > .muted {
    margin-block-start: 0.4rem;
  }
  canvas {
    image-rendering: pixelated;
  }
  .sheet canvas {
    object-fit: contain;
  }

  /* The map */
  .scatter {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  @media (prefers-reduced-motion: no-preference) {
    .scatter circle {
      transition:
        cx 0.7s ease-in-out,
        cy 0.7s ease-in-out;
    }
  }
  ul {
    display: flex;
    flex-wrap: wrap;
    gap: 0.15rem 0.75rem;
    margin: 0.4rem 0 0;
    padding: 0;
    list-style: none;
    color: var(--_muted);
    font-size: 0.75rem;
    min-block-size: 1lh;
  }
  .classes {
    min-block-size: 2.35rem;
  }
  li {
    display: flex;
    gap: 0.35rem;
    align-items: center;
  }
  .classes span {
    flex: none;
    inline-size: 0.65rem;
    block-size: 0.65rem;
    border-radius: 50%;
    forced-color-adjust: none;
    print-color-adjust: exact;
  }

  /* Stimuli, step by step: rows of one height, however many steps there are */
  .strip {
    --_cell: clamp(2.4rem, 5.2cqi, 3rem);
    position: relative;
    min-block-size: calc(1.6rem + var(--_rows, 6) * (2 * var(--_cell) - 2px));
    overflow-x: auto;
    border-radius: 8px;
  }
  .strip:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .strip table {
    inline-size: calc(1.8rem + var(--_steps) * (var(--_cell) + 2px));
    border-collapse: collapse;
    table-layout: fixed;
  }
  .strip :is(th, td) {
    padding: 1px;
    vertical-align: top;
  }
  .strip th {
    color: var(--_muted);
    font-size: 0.6875rem;
    font-weight: 400;
  }
  .strip th[aria-current] {
    color: var(--_text);
    font-weight: 600;
  }
  .strip :is(th, td):first-child {
    position: sticky;
    inset-inline-start: 0;
    z-index: 2;
    inline-size: 1.8rem;
    padding-inline-end: 0.35rem;
    background: var(--_surface);
    text-align: end;
    vertical-align: middle;
  }
  .strip button {
    inline-size: 100%;
    min-inline-size: 0;
    block-size: 1.5rem;
    min-block-size: 0;
    padding: 0;
    overflow: clip;
    background: none;
    border-color: transparent;
    color: var(--_muted);
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
  }
  .strip [aria-current] button {
    border-color: var(--_accent);
    color: var(--_text);
    font-weight: 600;
  }
  .strip td[aria-current] .cell {
    outline: 2px solid var(--_accent);
  }
  .cell {
    position: relative;
    aspect-ratio: 1 / 2;
    margin: 2px;
    overflow: clip;
    background: var(--_sunken);
    border-radius: 3px;
  }
  .cell .image-area {
    border-radius: 0;
  }
  .cell canvas {
    object-fit: contain;
  }
  .cell.off {
    opacity: 0.5;
  }
  .jump .cell::before {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    z-index: 1;
    inline-size: 3px;
    background: var(--_error);
    content: '';
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  /* Curves */
  .curves {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr));
    gap: 0.75rem 1rem;
  }
  .plots {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(12.5rem, 1fr));
    gap: 0.75rem 1rem;
  }
  .likeness {
    display: block;
    inline-size: 100%;
    aspect-ratio: 240 / 170;
  }
  .likeness text {
    fill: var(--_muted);
    font-size: 10px;
    font-variant-numeric: tabular-nums;
  }
  .likeness .grid {
    stroke: var(--_line);
  }
  .likeness .at {
    stroke: var(--_muted);
    stroke-width: 0.75;
  }
  .layer {
    fill: none;
    stroke: color-mix(in oklab, var(--_accent), var(--_error) var(--_late));
    stroke-width: 1.7;
  }
  .layer circle {
    fill: color-mix(in oklab, var(--_accent), var(--_error) var(--_late));
    stroke: none;
  }
  .lines svg {
    inline-size: 30px;
    block-size: 8px;
  }
  .ready {
    min-block-size: 3lh;
    margin-block-start: 0.5rem;
  }
  .panels > figcaption {
    min-block-size: 6.4rem;
  }
  @container (max-width: 34rem) {
    .panels {
      grid-template-columns: minmax(0, 1fr);
    }
    .panels > figcaption {
      min-block-size: 12.5rem;
    }
    .now {
      min-block-size: 2lh;
    }
    .classes {
      min-block-size: 3.6rem;
    }
    .lines {
      min-block-size: 2.35rem;
    }
    .ready {
      min-block-size: 7lh;
    }
  }
`;
