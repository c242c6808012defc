import { css, type CSSResult } from 'lit';

export const benchStyles: CSSResult = css`
  .plot {
    display: block;
    inline-size: 100%;
    max-block-size: 26rem;
    background: var(--_sunken);
    border-radius: 8px;
  }
  .plot:focus-visible,
  .frame:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .plot text {
    fill: var(--_muted);
    font-size: 11px;
  }
  @container (width < 30rem) {
    /* The plot is drawn at half its size. */
    .plot text {
      font-size: 19px;
    }
  }
  .grid {
    stroke: var(--_line);
  }
  .roof {
    fill: none;
    stroke: var(--_text);
    stroke-width: 2;
  }
  .dot {
    fill: var(--_accent);
    fill-opacity: 0.65;
    stroke: var(--_surface);
    cursor: pointer;
  }
  .mark {
    fill: none;
    stroke: var(--_text);
    stroke-width: 2;
    pointer-events: none;
  }
  h3 {
    margin-block-start: 1.1rem;
    min-block-size: 0;
  }
  .frame {
    max-block-size: 22rem;
    overflow: auto;
    border: 1px solid var(--_line);
    border-radius: 8px;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.25rem 0.6rem;
    text-align: end;
    white-space: nowrap;
  }
  :is(th, td).text {
    text-align: start;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--_surface);
    border-block-end: 1px solid var(--_line);
  }
  tbody th {
    font-weight: inherit;
  }
  tbody tr:nth-child(even) {
    background: var(--_sunken);
  }
  tr.chosen {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  :is(th, td) button {
    block-size: auto;
    padding: 0.15rem 0;
    background: none;
    border-color: transparent;
    text-align: start;
  }
  thead button {
    font-weight: 600;
  }
  .sums {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem 1.6rem;
    margin: 0 0 0.9rem;
  }
  .sums div {
    display: grid;
  }
  dt {
    color: var(--_muted);
    font-size: 0.75rem;
  }
  dd {
    margin: 0;
    font-size: 1.05rem;
    font-variant-numeric: tabular-nums;
  }
  caption {
    padding: 0.3rem 0.6rem;
    color: var(--_muted);
    text-align: start;
  }
  .controls:has(button) {
    align-items: end;
    margin-block-end: 0.6rem;
  }
  .task {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem 0.7rem;
    align-items: center;
    min-block-size: 2rem;
    margin-block: 0.6rem;
  }
  .results {
    min-block-size: 30rem;
  }
  @media print {
    figure {
      break-inside: auto;
    }
    .results > *,
    tr {
      break-inside: avoid;
    }
    .results .frame {
      max-block-size: none;
      overflow: visible;
      break-inside: auto;
    }
    .task {
      display: none;
    }
  }
`;
