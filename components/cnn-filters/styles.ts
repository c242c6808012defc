import { css, type CSSResult } from 'lit';

export const filtersStyles: CSSResult = css`
  .panels {
    grid-template-columns: minmax(0, 1fr);
  }
  canvas {
    image-rendering: pixelated;
  }
  .pages {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    margin-block: 0.5rem;
    min-block-size: 2rem;
    font-variant-numeric: tabular-nums;
  }
  .pages[hidden] {
    display: none;
  }
  .side {
    min-block-size: 34rem;
    display: grid;
    gap: 0.75rem;
    align-content: start;
  }
  .filter .probe,
  .filter .image-area {
    max-inline-size: 18rem;
  }
  .scale {
    min-block-size: 4.2rem;
  }
  .readout {
    min-block-size: 2lh;
  }
  .fit {
    min-block-size: 4lh;
  }
  .numbers {
    overflow: auto;
    max-block-size: 22rem;
    margin-block-start: 0.4rem;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .numbers:focus-visible,
  summary:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  table {
    border-collapse: collapse;
  }
  caption {
    padding-block: 0.4rem 0.2rem;
    color: var(--_muted);
    text-align: start;
  }
  td,
  th {
    padding: 0.1rem 0.5rem;
    text-align: end;
    white-space: nowrap;
  }
  th {
    color: var(--_muted);
    font-weight: 400;
  }
  summary {
    cursor: pointer;
  }
  @media print {
    .pages button {
      display: none;
    }
    .numbers {
      max-block-size: none;
      overflow: visible;
    }
  }
  @container (min-width: 46rem) {
    .panels {
      grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr);
      gap: 1.25rem;
    }
    .side {
      min-block-size: 0;
    }
  }
`;
