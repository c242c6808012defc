// On every page, before it is painted: light or dark, as the reader has chosen on any of them.
const KEY = 'unpool-scheme';

/** Browsers that keep nothing for this site throw. */
function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(scheme: string): void {
  try {
    localStorage.setItem(KEY, scheme);
  } catch {
    // It holds for this page.
  }
}

const select = document.querySelector<HTMLSelectElement>('#scheme')!;
const choose = (scheme: string): void => {
  document.documentElement.style.colorScheme = scheme;
};

const scheme = kept();
if (scheme !== null && [...select.options].some(({ value }) => value === scheme)) {
  select.value = scheme;
  choose(scheme);
}
select.addEventListener('change', () => {
  choose(select.value);
  keep(select.value);
});

// Links under figures lead to the studio already; what they are aimed at can wait until all of the page is there.
if (document.querySelector('.in-studio'))
  addEventListener('load', () => {
    void import('./open-in-studio.ts').then(({ aimAtStudio }) => {
      aimAtStudio(new URL('.', import.meta.url));
    });
  });
