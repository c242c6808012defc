import { html, nothing, type TemplateResult } from 'lit';
import { bundledModels } from '../../src/internal.ts';
import { isName, MAX_NETWORKS, parseStoredId, START, VIEWS } from './address.ts';
import { FilesWanted } from './network.ts';
import { formatPreprocessing, parsePreprocessingLine } from './preprocessing.ts';
import type { Studio } from './studio.ts';
import { DRAWINGS } from './views.ts';
import { say } from './words.ts';

/** Pictures of the site that can be chosen, by their files in site/photos. */
const PHOTOS = ['european-honey-bee', 'chelsea', 'astronaut', 'coffee', 'china', 'rocket', 'citrus-fruits'];

/** All of the studio as it is now. */
export function studioTemplate(studio: Studio): TemplateResult {
  const { state, message } = studio;
  return html`<div class="bar">
      ${pictureChoice(studio)} ${filesInput(studio, 0)} ${folderInput(studio)}
      <button type="button" @click=${() => studio.copyAddress()}>${say('Copy the address')}</button>
      <button type="button" id="embed" @click=${() => studio.embed()}>${say('Embed this')}</button>
      <button type="button" @click=${() => studio.forget()}>${say('Forget my files')}</button>
    </div>
    <p class="hint">${say('or drop them anywhere on this page. They stay on your machine.')}</p>
    <p class="message" role="status">${message}</p>
    ${tabs(studio)}
    <div class="columns" id="panel" role="tabpanel" aria-labelledby=${`tab-${state.view}`}>
      ${state.networks.map((_, i) => columnTemplate(studio, i))}
    </div>
    ${
      state.networks.length < MAX_NETWORKS
        ? html`<button
            type="button"
            id="add"
            @click=${() => {
              studio.setModel(state.networks.length, START.networks[0].model);
            }}
          >
            ${say('Add a second network')}
          </button>`
        : nothing
    }
    <dialog aria-labelledby="embed-title"></dialog>`;
}

function pictureChoice(studio: Studio): TemplateResult {
  const { picture } = studio.state;
  const listed = PHOTOS.map((name) => [`photos/${name}.jpg`, name.replaceAll('-', ' ')] as const);
  const others =
    listed.some(([value]) => value === picture) || picture === 'webcam' ? [] : [[picture, ownName(picture)] as const];
  const webcam = studio.state.view === 'activations' ? [['webcam', say('Webcam')] as const] : [];
  return choice(say('Picture'), [...others, ...listed, ...webcam], picture, (value) => {
    studio.set({ picture: value });
  });
}

/** Name of what is not listed, to be shown. */
function ownName(id: string): string {
  const stored = parseStoredId(id);
  return stored ? say('own: {0}', stored.name) : id;
}

function choice(
  name: string,
  options: readonly (readonly [value: string, title: string])[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const change = ({ target }: Event): void => {
    choose((target as HTMLSelectElement).value);
  };
  return html`<label
    >${name}
    <select @change=${change} .value=${chosen}>
      ${options.map(([value, title]) => html`<option value=${value} .selected=${value === chosen}>${title}</option>`)}
    </select></label
  >`;
}

function filesInput(studio: Studio, index: number): TemplateResult {
  return html`<label class="open"
    >${say('Open files…')}<input type="file" multiple @change=${taking(studio, index)}
  /></label>`;
}

function folderInput(studio: Studio): TemplateResult {
  return html`<label class="open"
    >${say('Open a folder…')}<input type="file" webkitdirectory @change=${taking(studio, 0)}
  /></label>`;
}

const taking =
  (studio: Studio, index: number) =>
  async ({ target }: Event): Promise<void> => {
    const input = target as HTMLInputElement;
    await studio.take([...(input.files ?? [])], index);
    // The same file may be chosen again
    input.value = '';
  };

function tabs(studio: Studio): TemplateResult {
  const { view } = studio.state;
  const press = (event: KeyboardEvent): void => {
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl';
    const step = ({ ArrowRight: 1, ArrowLeft: -1 } as Readonly<Record<string, number>>)[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...(event.currentTarget as Element).querySelectorAll<HTMLButtonElement>('[role=tab]')];
    const at = buttons.indexOf(event.target as HTMLButtonElement) + (isRtl ? -step : step);
    buttons[(at + buttons.length) % buttons.length]!.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${say('What is shown')} @keydown=${press}>
    ${VIEWS.map(
      (name) =>
        html`<button
          type="button"
          role="tab"
          id=${`tab-${name}`}
          aria-controls="panel"
          aria-selected=${name === view}
          tabindex=${name === view ? 0 : -1}
          @click=${() => {
            studio.set({ view: name, options: {} });
          }}
        >
          ${say(DRAWINGS[name].title)}
        </button>`,
    )}
  </div>`;
}

function columnTemplate(studio: Studio, index: number): TemplateResult {
  const { model: name } = studio.state.networks[index]!;
  const { error, graph, figure, network } = studio.columns[index]!;
  const listed = Object.entries(bundledModels()).map(([id, { title }]) => [id, `${title} (${id})`] as const);
  const others = listed.some(([id]) => id === name) ? [] : [[name, ownName(name)] as const];
  const title = index === 0 ? say('Network') : say('Second network');
  const choose = (model: string): void => {
    studio.setModel(index, model);
  };
  return html`<section class="column" data-index=${index} aria-label=${title}>
    <h2 class="name">${title}</h2>
    <div class="bar">
      ${choice(title, [...others, ...listed], name, choose)} ${index > 0 ? filesInput(studio, index) : nothing}
      ${
        index > 0
          ? html`<button
              type="button"
              @click=${() => {
                studio.setNetwork(index, undefined);
              }}
            >
              ${say('Remove the second network')}
            </button>`
          : nothing
      }
    </div>
    ${error === undefined ? nothing : html`<p class="message" role="alert">${errorText(error)}</p>`}
    ${network ? details(studio, index) : error === undefined ? html`<p role="status">${say('Loading…')}</p>` : nothing}
    <div class="halves">
      ${
        graph
          ? html`<details class="graph" open>
              <summary>${say('The graph')}</summary>
              ${graph}
            </details>`
          : nothing
      }
      <div class="figure">${figure ?? nothing}</div>
    </div>
  </section>`;
}

function errorText(error: unknown): string {
  if (!(error instanceof FilesWanted)) return (error as Error).message;
  return say(
    'This address is about “{0}”, which this browser has not got. Open it here, and the figure is the same.',
    error.file,
  );
}

/** What is known and can be corrected of a network: preprocessing, labels, and the unit that is looked at. */
function details(studio: Studio, index: number): TemplateResult {
  const { preprocessing, labels, layer, channel, at, model: name } = studio.state.networks[index]!;
  const { model } = studio.columns[index]!.network!;
  const unit = channel === undefined ? '' : `${channel}${at === undefined ? '' : `@${at}`}`;
  const reason =
    preprocessing !== undefined
      ? say('Corrected by you.')
      : model.guess === undefined
        ? say('From the list of networks.')
        : say('Guessed: {0}.', model.guess);
  const correct = (event: SubmitEvent): void => {
    event.preventDefault();
    const line = new FormData(event.target as HTMLFormElement).get('line') as string;
    try {
      studio.message = '';
      studio.setNetwork(index, {
        preprocessing: formatPreprocessing(parsePreprocessingLine(line, model.preprocessing)),
      });
    } catch (error) {
      studio.tell((error as Error).message);
    }
  };
  const aimAt = ({ target }: Event): void => {
    const [, number, position] = /^\s*(\d{1,9})?(?:@(\d+,\d+))?\s*$/.exec((target as HTMLInputElement).value) ?? [''];
    const text = (target as HTMLInputElement).value.trim();
    if (text !== '' && number === undefined) studio.tell(say('The unit is a number, or as 17@3,4.'));
    else studio.setNetwork(index, { channel: number === undefined ? undefined : Number(number), at: position });
  };
  return html`<form class="bar preprocessing" @submit=${correct}>
      <label class="wide"
        >${say('Preprocessing')}
        <input name="line" .value=${formatPreprocessing(model.preprocessing)} spellcheck="false" dir="ltr"
      /></label>
      <button type="submit">${say('Apply')}</button>
      ${
        preprocessing === undefined
          ? nothing
          : html`<button
              type="button"
              @click=${() => {
                studio.setNetwork(index, { preprocessing: undefined });
              }}
            >
              ${say('As before')}
            </button>`
      }
    </form>
    <p class="hint">
      ${reason}
      ${
        labels === undefined
          ? isName(name)
            ? nothing
            : say('Labels: a .txt with one name on each line, or .json')
          : say('Labels: {0}', parseStoredId(labels)?.name ?? labels)
      }
    </p>
    <div class="bar">
      ${choice(say('Layer'), [['', '—'], ...layerNames(model, layer)], layer ?? '', (value) => {
        studio.setNetwork(index, { layer: value || undefined, channel: undefined, at: undefined });
      })}
      <label
        >${say('Unit')}
        <input
          class="unit"
          .value=${unit}
          placeholder="17@3,4"
          title=${say('channel, or channel@row,column')}
          dir="ltr"
          @change=${aimAt}
      /></label>
    </div>`;
}

function layerNames(
  { layers }: { readonly layers: readonly { readonly name: string }[] },
  chosen: string | undefined,
): (readonly [string, string])[] {
  const names = layers.map(({ name }) => name);
  if (chosen !== undefined && !names.includes(chosen)) names.unshift(chosen);
  return names.map((name) => [name, name]);
}
