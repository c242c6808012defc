/**
 * For pages without a bundler: `<script type="module" src="…/dist/autoload.js"></script>` fetches the file of each element as soon as
 * the page has one, and nothing else.
 */

/** The file of an element lies in the folder `components` beside this one. */
const fileOf = (tag: string): string => new URL(`./components/${tag}.js`, import.meta.url).href;

const asked = new Set<string>();

/**
 * Fetches what defines the elements below `root`. The page's own are found without being asked for, now and later; those inside of
 * a shadow root are not: `discover(shadowRoot)`.
 */
export async function discover(root: ParentNode): Promise<void> {
  const tags = [...root.querySelectorAll(':not(:defined)')].map(({ localName }) => localName);
  const own = [...new Set(tags)].filter((tag) => /^cnn-[a-z-]+$/.test(tag) && !asked.has(tag));
  for (const tag of own) asked.add(tag);
  await Promise.all(own.map((tag) => import(/* webpackIgnore: true */ /* @vite-ignore */ fileOf(tag))));
}

const look = (): void => {
  discover(document).catch(reportError);
};

if (globalThis.document as Document | undefined) {
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
}
