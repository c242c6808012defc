import { css, type CSSResult } from 'lit';

/**
 * What all figures share. Colours and sizes that a page may set are the custom properties that `TypedElement` lists. Room is
 * kept for what comes later, so that nothing on the page moves when a figure is drawn.
 *
 * Colours follow the page's text, whatever the page declares: where that is light, `l` > 0.65 in OKLCH, a figure is dark.
 * All colours of text stay on their side of that bound, so that what lies on what is decided once.
 */
export const figureStyles: CSSResult = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  /* A container has no width of its own. Where the page asks for one (a flex row, a cell, a dialog) the tracks answer:
     --cnn-width is welcome, less will do, and where there is more it is taken. */
  .room {
    --_text: var(--cnn-text, oklch(from currentColor clamp(0.25, (l - 0.65) * 999, 0.94) 0.02 260));
    --_muted: var(--cnn-muted, oklch(from currentColor clamp(0.48, (l - 0.65) * 999, 0.76) 0.03 257));
    --_surface: var(
      --cnn-surface,
      oklch(from currentColor clamp(0.22, (0.65 - l) * 999, 1) clamp(0, (l - 0.65) * 999, 0.015) 260)
    );
    --_sunken: var(--cnn-sunken, oklch(from currentColor clamp(0.18, (0.65 - l) * 999, 0.96) 0.01 257));
    --_line: var(--cnn-line, oklch(from currentColor clamp(0.35, (0.65 - l) * 999, 0.89) 0.02 257));
    --_accent: var(--cnn-accent, oklch(from currentColor clamp(0.51, (l - 0.65) * 999, 0.77) 0.15 257));
    --_error: var(--cnn-error, oklch(from currentColor clamp(0.46, (l - 0.65) * 999, 0.8) 0.15 24));
    /* What is pressed is at least so large. */
    --_finger: 0px;
    display: grid;
    flex: 1;
    grid-template-columns: minmax(12rem, var(--cnn-width, 40rem)) minmax(0, 1fr);
    color: var(--_text);
    font: var(--cnn-font, 0.875rem/1.45 system-ui, sans-serif);
    text-align: start;
    overflow-wrap: anywhere;
  }
  .room > div {
    grid-column: 1 / -1;
    container-type: inline-size;
  }
  :host(:dir(rtl)) slot {
    display: block;
    direction: rtl;
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
  /* Before layers are known too, so that what is below stays where it is. */
  .layers {
    min-inline-size: min(100%, 17.6rem);
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
  /* As wide as what is in them, or stands for it, where the browser can do that. */
  input:is([type='number'], [type='search'], [type='text']) {
    field-sizing: content;
    min-inline-size: 6rem;
  }
  input[type='file'] {
    block-size: auto;
    padding: 0.25rem;
  }
  ::file-selector-button {
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: 6px;
    font: inherit;
  }
  /* Wide enough for what is not loaded yet: the names of layers. */
  :is(select, input) {
    max-inline-size: min(22rem, 90cqi);
    text-overflow: ellipsis;
  }
  ::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  button {
    cursor: pointer;
  }
  :is(button, select, input, summary) {
    min-block-size: var(--_finger);
  }
  :is(button, input) {
    min-inline-size: var(--_finger);
  }
  @media (pointer: coarse) {
    .room {
      --_finger: 44px;
    }
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
    unicode-bidi: plaintext;
    white-space: nowrap;
  }
  .image-area,
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
  .poster {
    position: static;
    block-size: auto;
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
    forced-color-adjust: none;
    print-color-adjust: exact;
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
    white-space: nowrap;
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
    .panel > :is(.image-area, .probe) {
      transition: opacity 0.2s;
    }
  }

  /* On paper: black on white, without what only a reader at a screen can use. */
  .paper {
    display: none;
  }
  @media print {
    .room {
      --cnn-text: initial;
      --cnn-muted: initial;
      --cnn-surface: initial;
      --cnn-sunken: initial;
      --cnn-line: initial;
      --cnn-accent: initial;
      --cnn-error: initial;
      color: #000;
    }
    figure {
      break-inside: avoid;
    }
    :is(.controls, label, .files, .status:not(.error), .hint),
    :is(.status, .error) button {
      display: none;
    }
    .paper {
      display: grid;
      gap: 0.5rem;
    }
    .paper ~ :not(.error, slot) {
      display: none;
    }
    .paper .image-area {
      max-inline-size: 20rem;
    }
  }
`;
