import { picturesText } from '../internal/whole.ts';
import { html, nothing, type TemplateResult } from 'lit';
import type { Codes, Corpus, Embedding, Model } from '../../src/internal.ts';
import { brief } from '../internal/link.ts';
import { adapterText, durationText, inputText } from '../internal/provenance.ts';
import type { Coded } from './coded.ts';
import { explain, rich, t } from '../internal/languages/words.ts';

/** Further skipped pictures are counted. */
const NAMED = 3;

/** What is shown, what a reader should know of it, and where it comes from. */
export function captionText(model: Model, corpus: Corpus, result: Embedding, coded: Coded): TemplateResult {
  const { codes, kept, points } = coded;
  const [n, dimensions] = codes.data.shape as [number, number];
  const umapped = result.adapter === undefined;
  return html`<p>
      ${rich`${html`<strong>${umapped ? 'UMAP' : 't-SNE'}</strong>`} of ${brief(corpus.about.title ?? picturesText(n))}: pictures lie together where the network’s codes are alike. Distances between groups mean little.`}
    </p>
    ${[...result.notes, ...skippedNotes(codes)].map((note) => html`<p class="muted" part="note">${t(note)}</p>`)}
    <p class="muted" part="source">
      ${t`${umapped ? t('McInnes, Healy & Melville 2018, by umap-js') : t('van der Maaten & Hinton 2008, all pairs')}. Codes of ${codes.layer}, ${dimensions} numbers; ${points.shape[1]} principal components keep ${(100 * kept).toFixed(0)} % of their variance. The codes took ${durationText(codes.ms)}.`}
      ${corpus.about.credit ? html`${t`Pictures: ${brief(corpus.about.credit)}.`}` : nothing}
    </p>
    <p class="muted" part="adapter">
      ${inputText(model)} ${adapterText(codes.adapter)}
      ${umapped ? t('The map is made by the page’s own thread.') : nothing}
    </p>`;
}

/** What could not be read, in words. */
function skippedNotes({ skipped }: Codes): string[] {
  if (skipped.length === 0) return [];
  const named = skipped.slice(0, NAMED).map(({ error }) => explain(error));
  const more = skipped.length > NAMED ? t` And ${skipped.length - NAMED} more.` : '';
  return [t`${picturesText(skipped.length)} could not be read: ${named.join(' ')}${more}`];
}
