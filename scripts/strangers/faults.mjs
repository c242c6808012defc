// What comes of the inputs of test/fixtures/faults, through the built script and its elements: numbers, words, time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChrome, observe } from '../launch.mjs';
import { root } from '../setup.mjs';

const FAULTS = '/test/fixtures/faults';
const PREPROCESSING = {
  height: 32,
  width: 32,
  channels: 'RGB',
  mean: [0, 0, 0],
  std: [255, 255, 255],
  resize: 32,
};
/** A file that is refused must be refused soon, ms. */
const REFUSED_MS = 2000;
const PATIENCE_MS = 60_000;
/** Right values are given with so many digits. */
const DIGITS = 4;

/** A figure of a network, and what is said of it. */
const figure = (file, expected, attributes = {}) => ({
  name: file,
  html: `<cnn-saliency ${Object.entries({
    model: `${FAULTS}/${file}`,
    src: `${FAULTS}/plain.png`,
    preprocessing: JSON.stringify(PREPROCESSING),
    ...attributes,
  })
    .map(([key, value]) => `${key}='${value}'`)
    .join(' ')}></cnn-saliency>`,
  ...expected,
});
const drawn = (says = /./) => ({ phases: ['result'], says });
const refused = (says) => ({ phases: ['error'], says });
/** What a mutation may be, but nothing in between: damaged, with words and soon, or a network, however large it became. */
const either = () => ({ phases: ['result', 'error'], says: /./ });

const top = (corpus) => ({
  html: `<cnn-top-patches corpus="${FAULTS}/${corpus}" layer="fire5" channels="3"></cnn-top-patches>`,
});

const FIGURES = [
  figure('binary_sigmoid.onnx', drawn(/yes or no/)),
  figure('multilabel_sigmoid.onnx', drawn()),
  figure('end_softmax_reshape.onnx', drawn()),
  figure('end_softmax_clamp.onnx', drawn()),
  figure('segmentation.onnx', drawn(/mean|average/)),
  figure('fcn-output.onnx', drawn(/mean|average/)),
  figure('two_outputs_features_first.onnx', drawn()),
  figure('classes11.onnx', refused(/12 .*11|11 .*12/), { labels: `${FAULTS}/labels12.json`, target: 'c11' }),
  figure('w_nan.onnx', { phases: ['error', 'result'], says: /NaN|not a number|no number/ }),
  figure('nhwc.onnx', drawn()),
  figure('uint8_input.onnx', drawn(), {
    preprocessing: JSON.stringify({ ...PREPROCESSING, std: [1, 1, 1] }),
  }),
  ...['act_prelu', 'groupnorm21', 'resize-linear', 'matmul4d', 'bn-training-on-constants', 'qdq-weights-only'].map(
    (name) => figure(`${name}.onnx`, drawn()),
  ),
  figure('b-expand.onnx', refused(/at most|limit|expected/)),
  figure('b-convstride224.onnx', drawn(), {
    preprocessing: JSON.stringify({ ...PREPROCESSING, height: 224, width: 224, resize: 224 }),
  }),
  figure('b-names5000.onnx', either()),
  figure('fold-slow.onnx', either()),
  figure('reshape-slow.onnx', either()),
  figure('b-gather.onnx', refused(/Gather/i)),
  figure('input-named-constructor.onnx', drawn()),
  figure('attr-stride-zero.onnx', refused(/stride must be at least 1|stride.*at least 1/)),
  ...['1159', '12184', '21481', '3132', '44446'].map((id) => figure(`fuzz-${id}.onnx`, either())),
  {
    name: 'm-badfile.json',
    html: `<cnn-saliency manifest="${FAULTS}/m-badfile.json" model="m" src="${FAULTS}/plain.png"></cnn-saliency>`,
    ...refused(/address/),
  },
  { name: 'strip_12000x2.png', html: `<cnn-saliency src="${FAULTS}/strip_12000x2.png"></cnn-saliency>`, ...drawn() },
  { name: 'c-js.json', ...top('c-js.json'), ...drawn(), links: /^https?:/ },
  { name: 'c-badurl.json', ...top('c-badurl.json'), ...drawn(/; 1 could not be read/) },
  { name: 'c-sheet0.json', ...top('c-sheet0.json'), phases: ['result', 'error'], says: /tile|sheet/ },
];

const PROBABILITIES = {
  'binary_sigmoid.onnx': [0.042675],
  'multilabel_sigmoid.onnx': [0.4484, 0.3209, 0.5178, 0.3808, 0.5637],
  'end_softmax_reshape.onnx': [0.2302, 0, 0.4926, 0, 0.2772],
  'end_softmax_clamp.onnx': [0.2302, 0, 0.4926, 0, 0.2772],
};

const SCRIPT = '<script type="module" src="/dist/unpool.min.js"></script><link rel="icon" href="data:," />';

/** A page of this server with such a body, and what went wrong in it. */
async function open(browser, url, body) {
  const page = await browser.newPage();
  const faults = [];
  observe(page, (kind, text) => kind === 'fault' && faults.push(text));
  await page.goto(`${url}/package.json`);
  await page.setContent(`<!doctype html><meta charset="utf-8">${SCRIPT}${body}`);
  return { page, faults };
}

/** In the page: how a figure ends, in what time, and what it says. */
async function outcomeOf(limit) {
  const element = document.querySelector('cnn-saliency, cnn-top-patches');
  await customElements.whenDefined(element.localName);
  const began = performance.now();
  const ended = () => ['result', 'error'].includes(element.phase);
  while (!ended() && performance.now() - began < limit) await new Promise((resolve) => setTimeout(resolve, 20));
  await element.updateComplete;
  const links = [...element.shadowRoot.querySelectorAll('a')].map((link) => link.href);
  return {
    phase: element.phase,
    ms: Math.round(performance.now() - began),
    text: element.shadowRoot.textContent.replace(/\s+/g, ' ').trim(),
    untyped: element.shadowRoot.textContent.includes('unexpected error'),
    links,
  };
}

function judge({ phases, says, links }, outcome, faults) {
  if (faults.length > 0) return faults[0];
  if (outcome.untyped) return `an untyped error: ${outcome.text.slice(0, 200)}`;
  if (!phases.includes(outcome.phase)) return `${outcome.phase}: ${outcome.text.slice(0, 300)}`;
  if (!says.test(outcome.text)) return `does not say ${says}: ${outcome.text.slice(0, 300)}`;
  if (outcome.ms > (outcome.phase === 'error' ? REFUSED_MS : PATIENCE_MS))
    return `${outcome.phase} only after ${outcome.ms} ms`;
  const wrong = links && outcome.links.find((link) => !links.test(link));
  return wrong === undefined ? undefined : `a link to ${wrong}`;
}

/** In the page: probabilities of the classes of a network, by id. */
async function probabilitiesOf(file, preprocessing, rgb) {
  const { loadModel, classify } = await import('/dist/unpool.min.js');
  const model = await loadModel(file, { preprocessing });
  const data = new Uint8ClampedArray(32 * 32 * 4).fill(255);
  rgb.forEach((value, i) => (data[Math.floor(i / 3) * 4 + (i % 3)] = value));
  const predictions = await classify(model, await model.prepare(new ImageData(data, 32, 32)), { count: 10 });
  model.dispose();
  return predictions.sort((a, b) => a.id - b.id).map(({ probability }) => probability);
}

/** What `work` resolves to, or rejects once it has taken longer than any figure may: then its page stands still. */
async function within(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the page stands still')), PATIENCE_MS + 5000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function rowOfFigure(browser, url, { name, html, ...expected }) {
  const { page, faults } = await open(browser, url, html);
  const outcome = await within(page.evaluate(outcomeOf, PATIENCE_MS));
  await page.close();
  const wrong = judge(expected, outcome, faults);
  const words = outcome.phase === 'error' ? `: ${outcome.text.slice(0, 160)}` : '';
  return { name, right: wrong === undefined, detail: wrong ?? `${outcome.phase} after ${outcome.ms} ms${words}` };
}

async function rowOfProbabilities(browser, url, file, expected) {
  const rgb = JSON.parse(readFileSync(join(root, FAULTS, 'pic32.json'), 'utf8'));
  const { page } = await open(browser, url, '');
  const found = await within(page.evaluate(probabilitiesOf, `${FAULTS}/${file}`, PREPROCESSING, rgb));
  await page.close();
  const [right, got] = [expected, found].map((values) => values.map((p) => p.toFixed(DIGITS)).join(' '));
  return {
    name: `${file}, probabilities`,
    right: got === right,
    detail: got === right ? got : `${got} instead of ${right}`,
  };
}

/** Rows for every input. */
export async function check(url) {
  const cases = [
    ...FIGURES.map((given) => [given.name, (browser) => rowOfFigure(browser, url, given)]),
    ...Object.entries(PROBABILITIES).map(([file, right]) => [
      file,
      (browser) => rowOfProbabilities(browser, url, file, right),
    ]),
  ];
  const rows = [];
  for (const [name, work] of cases) {
    // A browser of its own: what one input keeps busy must not wait for another.
    const browser = await launchChrome();
    try {
      rows.push(await work(browser));
    } catch (error) {
      rows.push({ name, right: false, detail: error.message });
    } finally {
      // A page that stands still does not close.
      browser.process().kill('SIGKILL');
    }
  }
  return rows;
}
