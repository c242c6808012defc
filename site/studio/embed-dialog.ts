import { html, nothing, render, type TemplateResult } from 'lit';
import { isName, parseStoredId, type StudioState } from './address.ts';
import type { Column } from './column.ts';
import { corpusName, embed, jsonName } from './embed.ts';
import { keptFiles } from './files.ts';
import { parseLabelFile } from './labels.ts';
import { say } from './words.ts';

/** Shows the HTML of what is seen, with the files that have to lie beside it. */
export async function showEmbedding(
  dialog: HTMLDialogElement,
  state: StudioState,
  columns: readonly Column[],
  address: (relative: string) => string,
): Promise<void> {
  const networks = state.networks.map((network, i) => {
    const { model, beside } = columns[i]?.network ?? {};
    const isListed = isName(network.model) && network.preprocessing === undefined;
    return { ...network, beside, json: model && !isListed ? JSON.stringify(model.preprocessing) : undefined };
  });
  const { html: text, files } = embed({ ...state, networks }, address);
  const made = (await filesMade(state)).filter(({ name }) => files.includes(name));
  const copy = async ({ currentTarget }: Event): Promise<void> => {
    const button = currentTarget as HTMLButtonElement;
    const field = dialog.querySelector('textarea')!;
    field.select();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = say('Copied.');
    } catch {
      // Refused to this page: it is selected, for the reader's own keys
      field.focus();
    }
  };
  render(
    html`<h2 id="embed-title">${say('Embed this')}</h2>
      <textarea id="embed-html" readonly rows="6" aria-labelledby="embed-title" .value=${text}></textarea>
      ${files.length > 0 ? html`<p>${say('Put beside the page: {0}', ['unpool.min.js', ...files].join(', '))}</p>` : nothing}
      ${made.map(saveLink)}
      <p class="row">
        <button type="button" @click=${copy}>${say('Copy the HTML')}</button>
        <button
          type="button"
          @click=${() => {
            dialog.close();
          }}
        >
          ${say('Close')}
        </button>
      </p>`,
    dialog,
  );
  dialog.showModal();
}

/** A file that the reader has in another form. */
interface Made {
  readonly name: string;
  readonly json: unknown;
}

async function filesMade({ networks, corpus }: StudioState): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (const { labels } of networks) {
    const stored = labels === undefined ? undefined : parseStoredId(labels);
    const files = stored && (await keptFiles(stored.sha256));
    if (files && !/\.json$/i.test(files[0].name)) {
      made.push({ name: jsonName(files[0].name), json: parseLabelFile(await files[0].text()) });
    }
  }
  const folder = parseStoredId(corpus);
  const files = folder && (await keptFiles(folder.sha256));
  if (files) made.push({ name: corpusName(folder.name), json: { images: files.map(({ name }) => ({ file: name })) } });
  return made;
}

function saveLink({ name, json }: Made): TemplateResult {
  const address = URL.createObjectURL(new Blob([JSON.stringify(json)], { type: 'application/json' }));
  return html`<p><a href=${address} download=${name}>${say('Save')} ${name}</a></p>`;
}
