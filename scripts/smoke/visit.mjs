// How each part of npm run smoke opens its page, and what every page must be: quiet, still, within the screen, and
// without barriers.
import { join } from 'node:path';
import { LIMIT_MS, traceMainThread } from '../bench/long-tasks.mjs';
import { observe } from '../launch.mjs';
import { root } from '../setup.mjs';

export const VIEWS = [
  { name: 'desktop', width: 1280, height: 900, scheme: 'light' },
  { name: 'dark', width: 1280, height: 900, scheme: 'dark' },
  { name: 'phone', width: 390, height: 844, scheme: 'light', isMobile: true, hasTouch: true },
];

/** What web.dev calls good; 0 would be nothing that ever moves. */
const MAX_LAYOUT_SHIFT = 0.1;

function watchLayout() {
  globalThis.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.layoutShift += value;
  }).observe({ type: 'layout-shift', buffered: true });
}

/** What the figures of a visit compute with: `cpu` is a browser without WebGPU, `webgpu` one that takes its software adapter. */
export const computing = { on: 'cpu' };

function withoutWebGpu() {
  delete Navigator.prototype.gpu;
}

/** As if the page named it. */
function onWebGpu() {
  new MutationObserver((_, observer) => {
    if (!document.head) return;
    observer.disconnect();
    document.head.append(Object.assign(document.createElement('meta'), { name: 'unpool-backend', content: 'webgpu' }));
  }).observe(document, { childList: true, subtree: true });
}

/**
 * The page of a part in one view, with the errors that are found there. `before` runs in the page before all of its own;
 * `on` is what its figures compute with; where it is `traced`, {@link checkTasks} tells of its tasks.
 */
export async function openPage(
  browser,
  address,
  { name, scheme = 'light', ...viewport },
  title,
  {
    waitUntil = 'networkidle0',
    before = () => undefined,
    beforeArgs = [],
    on = computing.on,
    traced = on === 'cpu',
  } = {},
) {
  const page = await browser.newPage();
  const errors = [];
  const label = title ? `${title}-${name}` : name;
  observe(page, (kind, text) => {
    if (kind === 'error' || kind === 'fault') errors.push(`${label}: ${text}`);
  });
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  const trace = traced ? await traceMainThread(page) : undefined;
  await page.evaluateOnNewDocument(watchLayout);
  await page.evaluateOnNewDocument(on === 'cpu' ? withoutWebGpu : onWebGpu);
  await page.evaluateOnNewDocument(before, ...beforeArgs);
  await page.goto(address, { waitUntil });
  return { page, errors, label, trace };
}

/**
 * The tasks of the page's thread until now, by the CPU time that they took: none may take long. On the software adapter they
 * are not traced: shaders compile and run in the page's own time. To be asked before anything reads pixels back,
 * which no page does and which takes a browser without a GPU seconds.
 */
export async function checkTasks(visit) {
  const { errors, label, trace } = visit;
  if (!trace) return;
  visit.trace = undefined;
  const longest = (await trace.stop()).reduce((a, b) => (b.cpuMs > a.cpuMs ? b : a));
  console.log(`longest task, ${label}: ${longest.cpuMs.toFixed(0)} ms of CPU time`);
  if (longest.cpuMs > LIMIT_MS) errors.push(`${label}: a task of ${longest.cpuMs} ms of CPU time`);
}

/** Layout shifts that no input explains. */
export async function checkShift({ page, errors, label }) {
  const shift = await page.evaluate(() => globalThis.layoutShift);
  console.log(`layout shift, ${label}: ${shift.toFixed(3)}`);
  if (shift > MAX_LAYOUT_SHIFT) errors.push(`${label}: the layout shifts by ${shift}`);
}

/** Barriers and the width of the page as it is now, and a screenshot of all of it. */
export async function checkPage({ page, errors, label }, state = label) {
  await page.evaluate(() => scrollTo(0, 0));
  await page.addScriptTag({ path: join(root, 'node_modules/axe-core/axe.min.js') });
  const violations = await page.evaluate(async () => (await globalThis.axe.run(document)).violations);
  console.log(`axe, ${state}: ${violations.length} violations`);
  for (const { id, nodes } of violations)
    errors.push(`axe, ${state}: ${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) errors.push(`${state}: the page is ${wide} px wider than the screen`);
  const file = `build/screenshots/${state}.png`;
  await page.screenshot({ path: join(root, file), fullPage: true });
  console.log(file);
}
