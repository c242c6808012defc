// What pages of the site must be however they are opened: within the screen, still, without barriers; their links lead somewhere.
import { join } from 'node:path';
import { root } from '../setup.mjs';

const MAX_LAYOUT_SHIFT = 0.05;

/** Addresses of the site that a page names, and the ids that others may lead to. */
export const addressesOf = (page) =>
  page.evaluate(() => ({
    ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    addresses: [...document.querySelectorAll('[href], [src]')]
      .map((element) => new URL(element.getAttribute('href') ?? element.getAttribute('src'), document.baseURI).href)
      .filter((address) => address.startsWith(location.origin)),
  }));

/** What is wrong with the page as it is now. */
export async function faultsOf(page, label) {
  const faults = [];
  await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') });
  // Figures that have not begun have headings without words; what they become is looked at on their own pages.
  const violations = await page.evaluate(async () => {
    const waiting = [...document.querySelectorAll(':defined')].filter(({ phase }) => phase && phase !== 'result');
    const context = { include: [document.documentElement], exclude: waiting };
    return (await globalThis.axe.run(context)).violations;
  });
  for (const { id, nodes } of violations)
    faults.push(`${label}: axe: ${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  const { wide, shift } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth,
    shift: globalThis.layoutShift,
  }));
  if (wide > 0) faults.push(`${label}: ${wide} px wider than the screen`);
  if (shift > MAX_LAYOUT_SHIFT) faults.push(`${label}: the layout shifts by ${shift.toFixed(3)}`);
  return { faults, shift };
}

/** Links that lead nowhere, to a page or a place within one. */
export async function deadLinks(url, { ids, addresses }) {
  const dead = [];
  for (const [address, from] of addresses) {
    const [file, hash] = address.split('#');
    const path = decodeURIComponent(new URL(file).pathname);
    if ((await fetch(file, { method: 'HEAD' })).status !== 200)
      dead.push(`${from} leads to ${path}, which is not there`);
    const inPage = ids.get(path.replace(/\/$/, '/index.html').replace('/site/', ''));
    // What has a value is a state of the studio, not a place in it
    if (hash && !hash.includes('=') && inPage && !inPage.includes(decodeURIComponent(hash)))
      dead.push(`${from}: no #${hash} in ${path}`);
  }
  console.log(`${addresses.size} addresses of the site, ${dead.length} dead`);
  return dead;
}
