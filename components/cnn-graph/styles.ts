import { css, type CSSResult } from 'lit';

export const graphStyles: CSSResult = css`
  .panels {
    grid-template-columns: minmax(0, 1fr);
  }
  .diagram {
    box-sizing: border-box;
    block-size: 30rem;
    padding: 0.5rem;
    overflow: auto;
    background: var(--_sunken);
    border-radius: 8px;
  }
  .diagram:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .diagram > svg {
    display: block;
    margin-inline: auto;
  }
  .edge {
    fill: none;
    stroke: var(--_muted);
    stroke-width: 1.2;
    opacity: 0.6;
  }
  .edge.near {
    stroke: var(--_accent);
    stroke-width: 2;
    opacity: 1;
  }
  .box {
    cursor: pointer;
  }
  .box rect {
    fill: var(--_surface);
    stroke: var(--_line);
  }
  .box:hover rect {
    stroke: var(--_accent);
  }
  .box.chosen rect {
    stroke: var(--_accent);
    stroke-width: 2.5;
  }
  .box .time {
    fill: var(--_accent);
    stroke: none;
  }
  /* In px like the box */
  .box div {
    overflow: hidden;
    margin-inline: 9px;
    color: var(--_muted);
    font-size: 10.5px;
    line-height: 15px;
    pointer-events: none;
    text-align: left;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* Long ones are cut at the left: their ends tell them apart. */
  .box .name {
    margin-block-start: 5px;
    color: var(--_text);
    direction: rtl;
    font-size: 12px;
    font-weight: 600;
  }
  .side {
    min-block-size: 17rem;
    display: grid;
    gap: 0.75rem;
    align-content: start;
  }
  .layer {
    min-block-size: 11rem;
  }
  h3 {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  dl {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.2rem 0.75rem;
    margin: 0;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .parts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
    margin-block-start: 0.6rem;
  }
  .parts button {
    block-size: auto;
    min-block-size: max(1.75rem, var(--_finger));
    font-size: 0.75rem;
    overflow-wrap: anywhere;
    text-align: start;
  }
  .parts button[aria-pressed='true'] {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent);
  }
  /* A page of it at most, where the reader has scrolled to. */
  @media print {
    .diagram {
      block-size: auto;
      max-block-size: 22cm;
      overflow: hidden;
    }
    .parts {
      display: none;
    }
  }
  @container (min-width: 46rem) {
    .panels {
      grid-template-columns: minmax(0, 1.8fr) minmax(0, 1fr);
      gap: 1.25rem;
    }
  }
`;
