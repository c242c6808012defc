import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../../components/internal/languages/words.ts';
import { isName, MAX_NETWORKS, parseStoredId } from './address.ts';
import { choice } from './choice.ts';
import type { Column } from './column.ts';
import { bundledNetworks, FilesWanted } from './network.ts';
import { formatPreprocessing, parsePreprocessingLine } from './preprocessing.ts';
import type { Studio } from './studio.ts';
import { say } from './words.ts';

/** Where the graph has room beside the figure, as in studio.css. */
const WIDE = matchMedia('(min-width: 64rem)');

/** Network `index` of the studio: what is known of it, its graph and the figure. */
export function columnTemplate(studio: Studio, index: number): TemplateResult {
  const { error, graph, figure, network, progress } = studio.columns[index]!;
  const count = studio.state.networks.length;
  const title = count === 1 ? say('Network') : say('Network {0}', index + 1);
  return html`<section class="column" data-index=${index} aria-labelledby=${`network-${index}`}>
    <h2 id=${`network-${index}`} class="unseen">${title}</h2>
    <div class="bar">
      ${modelChoice(studio, index, title)} ${network ? unitChoice(studio, index) : nothing}
      ${count > 1 ? filesInput(studio, index) : nothing}
      ${
        count < MAX_NETWORKS && index === count - 1
          ? html`<button
              type="button"
              id="add"
              @click=${() => {
                studio.addNetwork();
              }}
            >
              ${say('Compare with another network')}
            </button>`
          : nothing
      }
      ${
        count > 1
          ? html`<button
              type="button"
              @click=${() => {
                studio.setNetwork(index, undefined);
              }}
            >
              ${say('Remove this network')}
            </button>`
          : nothing
      }
    </div>
    ${error === undefined ? nothing : html`<p class="message" role="alert">${errorText(studio, error)}</p>`}
    ${network ? preparation(studio, index) : error === undefined ? html`<p role="status">${loadingText(progress)}</p>` : nothing}
    <div class="halves">
      ${
        graph
          ? html`<details class="graph" ?open=${WIDE.matches && count === 1}>
              <summary>${say('The graph')}</summary>
              ${graph}
            </details>`
          : nothing
      }
      <div class="figure">${figure ?? nothing}</div>
    </div>
  </section>`;
}

const loadingText = (progress: Column['progress']): string =>
  progress === undefined ? say('Loading…') : say('Loading… {0} %', (100 * progress).toFixed(0));

function errorText(studio: Studio, error: unknown): string {
  if (!(error instanceof FilesWanted)) return studio.errorText(error);
  return say(
    'This address is about “{0}”, which this browser has not got. Open it here, and the figure is the same.',
    error.file,
  );
}

function modelChoice(studio: Studio, index: number, title: string): TemplateResult {
  const { model } = studio.state.networks[index]!;
  const listed = bundledNetworks().map(({ id, title }) => [id, `${title} (${id})`] as const);
  const stored = parseStoredId(model);
  const name = stored ? say('own: {0}', stored.name) : model;
  const others = listed.some(([id]) => id === model) ? [] : [[model, name] as const];
  return choice(title, [...others, ...listed], model, (chosen) => {
    studio.setModel(index, chosen);
  });
}

function unitChoice(studio: Studio, index: number): TemplateResult {
  const { layer, channel, at } = studio.state.networks[index]!;
  const unit = channel === undefined ? '' : `${channel}${at === undefined ? '' : `@${at}`}`;
  const names = studio.columns[index]!.network!.model.layers.map(({ name }) => name);
  if (layer !== undefined && !names.includes(layer)) names.unshift(layer);
  const aimAt = ({ target }: Event): void => {
    const text = (target as HTMLInputElement).value.trim();
    const [, number, position] = /^(\d{1,9})(?:@(\d+,\d+))?$/.exec(text) ?? [];
    if (text !== '' && number === undefined) studio.tell(say('The unit is a number, or as 17@3,4.'));
    else studio.setNetwork(index, { channel: number === undefined ? undefined : Number(number), at: position });
  };
  return html`${choice(
      say('Layer'),
      [['', '—'], ...names.map((name) => [name, name] as const)],
      layer ?? '',
      (value) => {
        studio.setNetwork(index, { layer: value || undefined, channel: undefined, at: undefined });
      },
    )}
    <label
      >${say('Unit')}
      <input
        class="unit"
        .value=${unit}
        placeholder="17@3,4"
        title=${say('channel, or channel@row,column')}
        dir="ltr"
        @change=${aimAt}
    /></label>`;
}

/** How pictures become inputs, to be corrected, and why it is taken to be so. */
function preparation(studio: Studio, index: number): TemplateResult {
  const { preprocessing } = studio.state.networks[index]!;
  const { model } = studio.columns[index]!.network!;
  const correct = (event: SubmitEvent): void => {
    event.preventDefault();
    const line = new FormData(event.target as HTMLFormElement).get('line') as string;
    try {
      const read = parsePreprocessingLine(line, model.preprocessing);
      studio.tell('');
      studio.setNetwork(index, { preprocessing: formatPreprocessing(read) });
    } catch (error) {
      studio.tell(studio.errorText(error));
    }
  };
  const restore = (): void => {
    studio.setNetwork(index, { preprocessing: undefined });
  };
  return html`<form class="bar preprocessing" @submit=${correct}>
    <label class="wide"
      >${say('Preprocessing')}
      <input name="line" .value=${formatPreprocessing(model.preprocessing)} spellcheck="false" dir="ltr"
    /></label>
    <button type="submit">${say('Apply')}</button>
    ${preprocessing === undefined ? nothing : html`<button type="button" @click=${restore}>${say('As before')}</button>`}
    <p class="hint">${reason(studio, index)} ${labelsText(studio, index)}</p>
  </form>`;
}

function reason(studio: Studio, index: number): string {
  const { guess } = studio.columns[index]!.network!.model;
  if (studio.state.networks[index]!.preprocessing !== undefined) return say('Corrected by you.');
  return guess === undefined ? say('From the list of networks.') : say('Guessed: {0}.', t(guess));
}

function labelsText(studio: Studio, index: number): string {
  const { labels, model } = studio.state.networks[index]!;
  if (labels !== undefined) return say('Labels: {0}', parseStoredId(labels)?.name ?? labels);
  return isName(model) ? '' : say('Labels: a .txt with one name on each line, or .json');
}

export function filesInput(studio: Studio, index: number): TemplateResult {
  return html`<label class="open"
    >${say('Open files…')}<input type="file" multiple @change=${taking(studio, index)}
  /></label>`;
}

/** Hands on what a reader picked. */
export const taking =
  (studio: Studio, index: number) =>
  async ({ target }: Event): Promise<void> => {
    const input = target as HTMLInputElement;
    await studio.take([...(input.files ?? [])], index);
    // The same file may be chosen again
    input.value = '';
  };
