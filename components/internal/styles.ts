import { css, type CSSResult } from 'lit';

/** What all figures share. Colours and spaces are custom properties of the page: --cnn-… */
export const figureStyles: CSSResult = css`
  :host {
    --_text: var(--cnn-text, light-dark(#1c2430, #e8ecf2));
    --_muted: var(--cnn-muted, light-dark(#55606e, #a9b4c2));
    --_surface: var(--cnn-surface, light-dark(#ffffff, #171c24));
    --_sunken: var(--cnn-sunken, light-dark(#eef1f5, #0f131a));
    --_line: var(--cnn-line, light-dark(#d5dbe3, #333d4b));
    --_accent: var(--cnn-accent, light-dark(#0b61c9, #7db7ff));
    --_error: var(--cnn-error, light-dark(#a3161f, #ff9d9d));
    display: block;
    container-type: inline-size;
    color: var(--_text);
    font: var(--cnn-font, 0.875rem/1.45 system-ui, sans-serif);
  }
  :host([hidden]) {
    display: none;
  }
  figure {
    margin: 0;
    padding: 1rem;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--cnn-radius, 12px);
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    margin-block-end: 0.75rem;
  }
  label {
    display: grid;
    gap: 0.15rem;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  select,
  input,
  button {
    box-sizing: border-box;
    min-block-size: 2rem;
    padding: 0.2rem 0.5rem;
    color: var(--_text);
    background: var(--_sunken);
    border: 1px solid var(--_line);
    border-radius: 6px;
    font: inherit;
    font-size: 0.8125rem;
  }
  input[type='range'] {
    inline-size: 6.5rem;
    padding: 0;
    accent-color: var(--_accent);
  }
  input[type='number'] {
    inline-size: 5rem;
  }
  input[list] {
    inline-size: 9rem;
  }
  select {
    max-inline-size: 12rem;
  }
  button {
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_accent);
  }
  :is(button, select, input, [tabindex]):focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .panels {
    display: grid;
    grid-template-columns: repeat(var(--_columns, 2), minmax(0, 1fr));
    gap: 0.75rem;
  }
  .panel {
    min-inline-size: 0;
    position: relative;
  }
  .panel h3 {
    margin: 0 0 0.3rem;
    font-size: 0.8125rem;
    font-weight: 600;
  }
  canvas,
  .panel img {
    display: block;
    inline-size: 100%;
    aspect-ratio: var(--_ratio, 1);
    object-fit: cover;
    background: var(--_sunken);
    border-radius: 6px;
  }
  .pixels canvas {
    image-rendering: pixelated;
  }
  .scale {
    margin-block-start: 0.4rem;
  }
  .bar {
    block-size: 0.6rem;
    border-radius: 3px;
  }
  .ticks {
    position: relative;
    block-size: 1.1rem;
    margin-inline: 0.6rem;
    color: var(--_muted);
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
  }
  .ticks span {
    position: absolute;
    translate: -50% 0;
  }
  .scale-label {
    display: block;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  figcaption {
    margin-block-start: 0.75rem;
  }
  figcaption p {
    margin: 0.2rem 0;
  }
  .muted {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .readout {
    min-block-size: 1.3em;
    font-variant-numeric: tabular-nums;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-start: 0.5rem;
  }
  .status {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-block-size: 2rem;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  progress {
    flex: 1;
    min-inline-size: 3rem;
    max-inline-size: 16rem;
    accent-color: var(--_accent);
  }
  .error {
    color: var(--_error);
  }
  .error p {
    margin: 0 0 0.4rem;
    overflow-wrap: anywhere;
  }
  @media (prefers-reduced-motion: no-preference) {
    canvas {
      transition: opacity 0.2s;
    }
  }
  .stale canvas {
    opacity: 0.55;
  }
  @container (max-width: 34rem) {
    .panels {
      grid-template-columns: repeat(var(--_narrow-columns, 2), minmax(0, 1fr));
    }
    select,
    input[list] {
      max-inline-size: 9.5rem;
    }
  }
`;
