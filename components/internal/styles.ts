import { css, type CSSResult } from 'lit';

/**
 * What all figures share. Colours are custom properties of the page: --cnn-text, --cnn-muted, --cnn-surface, --cnn-sunken,
 * --cnn-line, --cnn-accent, --cnn-error; --cnn-font and --cnn-radius too. Room is kept for what comes later, so that
 * nothing on the page moves when a figure is drawn.
 */
export const figureStyles: CSSResult = css`
  :host {
    --_text: var(--cnn-text, light-dark(#1b2330, #e6ebf2));
    --_muted: var(--cnn-muted, light-dark(#546072, #a6b2c2));
    --_surface: var(--cnn-surface, light-dark(#ffffff, #161b23));
    --_sunken: var(--cnn-sunken, light-dark(#eff2f6, #0e1218));
    --_line: var(--cnn-line, light-dark(#d6dce4, #323c4a));
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
    padding: clamp(0.75rem, 2.5cqi, 1.25rem);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--cnn-radius, 14px);
  }
  p {
    margin: 0;
  }

  /* Controls */
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem 0.75rem;
    margin-block-end: 1rem;
  }
  label {
    display: grid;
    gap: 0.2rem;
    min-inline-size: 0;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  select,
  input,
  button {
    box-sizing: border-box;
    block-size: 2rem;
    padding: 0 0.55rem;
    color: var(--_text);
    background: var(--_sunken);
    border: 1px solid var(--_line);
    border-radius: 8px;
    font: inherit;
    font-size: 0.8125rem;
  }
  input[type='range'] {
    inline-size: 6.5rem;
    padding: 0;
    accent-color: var(--_accent);
  }
  input[type='number'] {
    inline-size: 6rem;
  }
  input[type='search'] {
    inline-size: 9rem;
  }
  /* Wide enough for what is not loaded yet: the names of layers. */
  select {
    max-inline-size: 13rem;
  }
  button {
    cursor: pointer;
  }
  button:hover,
  select:hover,
  input:hover {
    border-color: var(--_accent);
  }
  :is(button, select, input, summary, .probe):focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }

  /* Pictures and maps */
  .panels {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 1rem;
  }
  .panel {
    min-inline-size: 0;
  }
  h3 {
    margin: 0 0 0.4rem;
    overflow: hidden;
    font-size: 0.8125rem;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .plate,
  .probe {
    position: relative;
    overflow: clip;
    aspect-ratio: var(--_ratio, 1);
    background: var(--_sunken);
    border-radius: 8px;
  }
  .probe {
    cursor: crosshair;
    touch-action: pan-y;
  }
  canvas,
  img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .cursor {
    position: absolute;
    box-sizing: border-box;
    min-inline-size: 9px;
    min-block-size: 9px;
    border: 2px solid #fff;
    outline: 1px solid #000;
    outline-offset: -1px;
    border-radius: 2px;
    pointer-events: none;
  }

  /* Numbers */
  .scale {
    margin-block-start: 0.5rem;
    font-size: 0.75rem;
  }
  /* As far from the ends as the ticks, so that half a number fits beside the first and last. */
  .bar {
    block-size: 0.6rem;
    margin-inline: 0.9rem;
    background: var(--_sunken);
    border-radius: 3px;
  }
  .ticks {
    position: relative;
    block-size: 1.15rem;
    margin-inline: 0.9rem;
    color: var(--_muted);
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
  }
  .ticks span {
    position: absolute;
    translate: -50% 0;
  }
  @container (max-width: 34rem) {
    h3 {
      min-block-size: 2lh;
      align-content: end;
      white-space: normal;
    }
    .ticks span:nth-child(even) {
      display: none;
    }
  }
  .measure {
    min-block-size: 2lh;
    color: var(--_muted);
  }
  .readout {
    min-block-size: 1lh;
    color: var(--_muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }

  /* Words */
  figcaption {
    display: grid;
    gap: 0.35rem;
    align-content: start;
  }
  .muted {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .files {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-start: 0.5rem;
  }
  .files button {
    block-size: 1.75rem;
    font-size: 0.75rem;
  }
  .status {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem 0.7rem;
    align-items: center;
    box-sizing: border-box;
    min-block-size: 3.1rem;
    margin-block-start: 0.9rem;
    padding-block-start: 0.6rem;
    color: var(--_muted);
    border-block-start: 1px solid var(--_line);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  progress {
    inline-size: 9rem;
    accent-color: var(--_accent);
  }
  .status button {
    margin-inline-start: auto;
  }
  .error {
    color: var(--_error);
  }
  .error p {
    flex: 1 1 14rem;
    overflow-wrap: anywhere;
  }
  .error strong {
    display: block;
    font-size: 0.75rem;
    font-weight: 600;
  }
  /* Why the author's fallback stands here */
  .absence {
    margin-block-start: 0.6rem;
    color: var(--_muted);
    font-size: 0.75rem;
    overflow-wrap: anywhere;
  }
  .absence summary {
    inline-size: fit-content;
    cursor: pointer;
  }
  .absence p {
    margin-block: 0.35rem 0.5rem;
  }
  .stale {
    opacity: 0.45;
  }
  @media (prefers-reduced-motion: no-preference) {
    .panel > :is(.plate, .probe) {
      transition: opacity 0.2s;
    }
  }
`;
