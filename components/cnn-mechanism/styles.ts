import { css, type CSSResult } from 'lit';

export const mechanismStyles: CSSResult = css`
  .body {
    display: grid;
    gap: 1rem;
  }
  .side {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 1rem;
    align-content: start;
  }
  .side canvas[part='channel'] {
    image-rendering: pixelated;
  }
  .choose {
    cursor: crosshair;
  }
  .mark .cursor {
    border-color: #ff5ac8;
  }
  .readout {
    min-block-size: 2lh;
  }
  figcaption {
    min-block-size: 17rem;
    margin-block-start: 1rem;
  }

  /* From step to step */
  .walk {
    min-inline-size: 0;
    min-block-size: 46rem;
  }
  .nav {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    margin-block-end: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .nav input {
    flex: 1 1 8rem;
    max-inline-size: none;
  }
  .sentence {
    min-block-size: 4lh;
    margin-block-end: 0.75rem;
  }
  .walk h3 {
    white-space: normal;
  }

  /* Numbers, coloured by sign and size */
  .numbers {
    --_plus: oklch(0.68 0.17 45);
    --_minus: oklch(0.62 0.15 255);
    display: grid;
    gap: 1rem;
    justify-items: start;
    overflow: auto;
    padding-block: 2px;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .numbers:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .product {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: center;
  }
  .sign {
    color: var(--_muted);
    font-size: 1.125rem;
  }
  table {
    border-collapse: separate;
    border-spacing: 2px;
  }
  caption {
    max-inline-size: 14rem;
    padding-block-end: 0.2rem;
    color: var(--_muted);
    text-align: start;
  }
  .list caption {
    max-inline-size: none;
    white-space: nowrap;
  }
  td,
  th {
    padding: 0.15rem 0.35rem;
    text-align: end;
    white-space: nowrap;
    border-radius: 4px;
  }
  th {
    color: var(--_muted);
    font-weight: 400;
  }
  .list th {
    text-align: start;
  }
  .list thead th:not(:first-child) {
    text-align: end;
  }
  td {
    min-inline-size: 2.6rem;
  }
  thead td {
    min-inline-size: 0;
  }
  .small {
    column-gap: 0.4rem;
    font-size: 0.6875rem;
  }
  .small :is(td, th) {
    padding-inline: 0.15rem;
  }
  .small td {
    min-inline-size: 2.25rem;
  }
  .small thead td {
    min-inline-size: 0;
  }
  .plus {
    background: color-mix(in oklab, var(--_plus) calc(var(--_share, 0) * 42%), transparent);
  }
  .minus {
    background: color-mix(in oklab, var(--_minus) calc(var(--_share, 0) * 42%), transparent);
  }
  .absent {
    color: var(--_muted);
  }
  .marked {
    font-weight: 700;
    outline: 2px solid var(--_accent);
    outline-offset: -1px;
  }
  .chosen th {
    color: var(--_text);
    font-weight: 700;
  }
  .chosen td {
    font-weight: 700;
  }
  .sum :is(td, th) {
    color: var(--_text);
    font-weight: 700;
    border-block-start: 1px solid var(--_line);
    border-radius: 0;
  }
  table[part~='chosen'] caption {
    color: var(--_text);
    font-weight: 700;
  }
  @media print {
    .nav {
      display: none;
    }
    .numbers {
      overflow: visible;
    }
  }
  @container (min-width: 46rem) {
    .body {
      grid-template-columns: minmax(12rem, 1fr) minmax(0, 3.4fr);
      gap: 1.25rem;
    }
    .side {
      grid-template-columns: minmax(0, 1fr);
    }
    .sentence {
      min-block-size: 3lh;
    }
    figcaption {
      min-block-size: 8.5rem;
    }
  }
`;
