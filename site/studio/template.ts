import { html, nothing, type TemplateResult } from 'lit';
import { parseStoredId, START, VIEWS, type View } from './address.ts';
import { choice } from './choice.ts';
import { columnTemplate, filesInput, taking } from './column-template.ts';
import type { Studio } from './studio.ts';
import { DRAWINGS, pictureFor } from './views.ts';
import { say } from './words.ts';

/** Pictures of the site that can be chosen: their files in site/photos, and what they show. */
const PHOTOS = {
  'european-honey-bee': 'Honey bee',
  chelsea: 'Cat',
  astronaut: 'Astronaut',
  coffee: 'Coffee',
  china: 'Temple',
  rocket: 'Rocket',
  'citrus-fruits': 'Citrus fruits',
} as const;

/** All of the studio as it is now. */
export function studioTemplate(studio: Studio): TemplateResult {
  const { state, message } = studio;
  return html`<div class="bar">
      ${filesInput(studio, 0)} ${folderInput(studio)} ${materialChoice(studio)}
      <span class="ends">
        <button type="button" @click=${() => studio.copyAddress()}>${say('Copy the address')}</button>
        <button type="button" id="embed" @click=${() => studio.embed()}>${say('Embed this')}</button>
        <button type="button" id="forget" @click=${() => studio.forget()}>${say('Forget my files')}</button>
      </span>
    </div>
    <p class="hint">
      ${say(
        'A network (.onnx, with its weights), labels (.txt or .json), pictures, folders: open them, or drop them anywhere on this page. They stay on your machine.',
      )}
    </p>
    <p class="message">${message}</p>
    ${tabs(studio)}
    <div class="columns" id="panel" role="tabpanel" aria-labelledby=${`tab-${state.view}`}>
      ${state.networks.map((_, i) => columnTemplate(studio, i))}
    </div>
    <dialog aria-labelledby="embed-title"></dialog>`;
}

/** The picture or the pictures that the view looks at. */
function materialChoice(studio: Studio): TemplateResult | typeof nothing {
  const { corpus, view } = studio.state;
  const { needs } = DRAWINGS[view];
  if (needs === 'nothing') return nothing;
  const own = (id: string): (readonly [string, string])[] => {
    const stored = parseStoredId(id);
    return [[id, stored ? say('own: {0}', stored.name) : id]];
  };
  if (needs === 'corpus') {
    const listed = [[START.corpus, say('98 photos')]] as const;
    const others = corpus === START.corpus ? [] : own(corpus);
    return choice(say('Pictures'), [...others, ...listed], corpus, (value) => {
      studio.set({ corpus: value });
    });
  }
  const shown = pictureFor(studio.state);
  const listed = Object.entries(PHOTOS).map(([file, title]) => [`photos/${file}.jpg`, say(title)] as const);
  const others = listed.some(([value]) => value === shown) || shown === 'webcam' ? [] : own(shown);
  const webcam = view === 'activations' ? [['webcam', say('Webcam')] as const] : [];
  return choice(say('Picture'), [...others, ...listed, ...webcam], shown, (value) => {
    studio.set({ picture: value });
  });
}

function folderInput(studio: Studio): TemplateResult {
  return html`<label class="open"
    >${say('Open a folder…')}<input type="file" webkitdirectory @change=${taking(studio, 0)}
  /></label>`;
}

function tabs(studio: Studio): TemplateResult {
  const { view } = studio.state;
  return html`<div class="tabs" role="tablist" aria-label=${say('What is shown')} @keydown=${moveAmongTabs}>
    ${VIEWS.map((name) => tab(studio, name, name === view))}
  </div>`;
}

function tab(studio: Studio, name: View, isChosen: boolean): TemplateResult {
  return html`<button
    type="button"
    role="tab"
    id=${`tab-${name}`}
    aria-controls="panel"
    aria-selected=${isChosen}
    tabindex=${isChosen ? 0 : -1}
    @click=${() => {
      studio.set({ view: name, options: {} });
    }}
  >
    ${say(DRAWINGS[name].title)}
  </button>`;
}

/** Arrow keys move without choosing: some views compute for long. */
function moveAmongTabs(event: KeyboardEvent): void {
  const list = event.currentTarget as Element;
  const buttons = [...list.querySelectorAll<HTMLButtonElement>('[role=tab]')];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  const forward = getComputedStyle(list).direction === 'rtl' ? -1 : 1;
  const places: Readonly<Record<string, number>> = {
    ArrowRight: at + forward,
    ArrowLeft: at - forward,
    Home: 0,
    End: buttons.length - 1,
  };
  const place = places[event.key];
  if (place === undefined) return;
  event.preventDefault();
  buttons[(place + buttons.length) % buttons.length]!.focus();
}
