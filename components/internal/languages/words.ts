import type { ReactiveControllerHost } from 'lit';
import type { Explained, Language } from './language.ts';
import { loadLanguage } from './load-language.ts';

export type Speaker = Element & ReactiveControllerHost;

/** What is rendered again when words arrive: a speaker, or a part of a page. */
export type Rendered = Element & Pick<ReactiveControllerHost, 'requestUpdate'>;

/** Languages that there are words of, besides English, which stands where it is said. */
const LANGUAGES = ['zh'];

/** By language; undefined while they are on their way, or where they could not be fetched. */
const fetched = new Map<string, Language | undefined>();
/** Elements of the page, and the language that each was last asked about. */
const speakers = new Map<Rendered, string>();
const watched = new WeakSet<Node>();
let watcher: MutationObserver | undefined;
/** The language of the element that speaks at the moment; undefined in English. */
let spoken: Language | undefined;

/**
 * What is said, in the language of the element that speaks: `` t`Step ${step}` `` or `t('Save')`. The English text is the key, with
 * `{0}` for the first value; it is said where a language lacks it. Texts that were made elsewhere, such as a method's notes, are known
 * with their values in them. To be called while an element renders, or within {@link speak}.
 */
export function t(english: string | TemplateStringsArray, ...values: readonly unknown[]): string {
  return parts(english, values).map(String).join('');
}

/** As {@link t}, for values that are templates: what it returns is to be rendered. */
export function rich(english: TemplateStringsArray, ...values: readonly unknown[]): readonly unknown[] {
  return parts(english, values);
}

/** The message of an error, or a part of it, in the language of the element that speaks. */
export function explain(error: Explained): string {
  return spoken?.explain(error) ?? error.message;
}

function parts(english: string | TemplateStringsArray, values: readonly unknown[]): readonly unknown[] {
  const key = typeof english === 'string' ? english : english.reduce((text, part, i) => `${text}{${i - 1}}${part}`);
  const text = spoken?.say(key) ?? key;
  if (values.length === 0) return [text];
  // Every other part is the number of a value.
  return text.split(/\{(\d+)\}/).map((part, i) => (i % 2 === 0 ? part : values[Number(part)]));
}

/** The language that is spoken at the moment, as in the attribute `lang`. */
export function spokenLanguage(): string {
  return spoken?.lang ?? 'en';
}

/** Does what says something in the language of an element; until it returns, not until what it began ends. */
export function speak<T>(speaker: Element, say: () => T): T {
  const before = spoken;
  spoken = languageFor(speaker);
  try {
    return say();
  } finally {
    spoken = before;
  }
}

/** From when it connects until {@link ceaseToSpeak} it is rendered again when its language changes, or the words arrive. */
export function beginToSpeak(speaker: Rendered): void {
  speakers.set(speaker, languageOf(speaker));
  watcher ??= new MutationObserver(() => {
    for (const [each, language] of speakers) if (languageOf(each) !== language) each.requestUpdate();
  });
  for (let root = speaker.getRootNode(); ; root = root.host.getRootNode()) {
    if (!watched.has(root)) watcher.observe(root, { subtree: true, attributes: true, attributeFilter: ['lang'] });
    watched.add(root);
    if (!(root instanceof ShadowRoot)) break;
  }
  speaker.requestUpdate();
}

export function ceaseToSpeak(speaker: Rendered): void {
  speakers.delete(speaker);
}

/** The language that the element or its nearest ancestor says, through shadow roots; '' where none does. */
export function languageOf(element: Element): string {
  const said = element.closest('[lang]');
  if (said) return said.getAttribute('lang')!.toLowerCase().split('-')[0]!;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? languageOf(root.host) : '';
}

function languageFor(speaker: Element): Language | undefined {
  const language = languageOf(speaker);
  if (speakers.has(speaker as Rendered)) speakers.set(speaker as Rendered, language);
  if (LANGUAGES.includes(language) && !fetched.has(language)) void fetchLanguage(language);
  return fetched.get(language);
}

/** For pages that want to have the words before any figure is seen, too: such as arrive later break its lines anew. */
export async function fetchLanguage(language: string): Promise<void> {
  fetched.set(language, undefined);
  try {
    fetched.set(language, await loadLanguage(language));
  } catch {
    // English is there
    return;
  }
  for (const speaker of speakers.keys()) speaker.requestUpdate();
}

// The words of the page are on their way before anything is rendered: less shifts when they come.
const page = globalThis.document as Document | undefined;
if (page) languageFor(page.documentElement);
