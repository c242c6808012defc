import { expect } from 'chai';
import './support/ops.ts';
import * as api from '../src/internal.ts';
import { ABSURD_VALUES, expectWords, nameOf } from './support/absurd.ts';
import { itOnGpu } from './support/backends.ts';
import { Random } from './support/random.ts';
import { TINY_INPUT, tinyNet } from './support/tiny.ts';

/** A value that a script may get wrong; the other arguments are what this library itself made. */
class Plain {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Options, each of which a script may get wrong. */
class Options {
  readonly values: Readonly<Record<string, unknown>>;
  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }
}

const p = (value: unknown): Plain => new Plain(value);
const o = (values: Readonly<Record<string, unknown>>): Options => new Options(values);

type Callable = (...given: never[]) => unknown;
type Arguments = readonly unknown[];
type Table = Readonly<Record<string, () => Arguments>>;

let model: api.Model;
let sample: api.Sample;
let map: Float32Array;
let codes: api.Tensor;
let index: api.TopIndex;
let picture: api.Picture;
const backend = await api.createCpuBackend();
const corpus = (): api.Corpus => {
  const open = (): Promise<ImageData> => Promise.resolve(api.toImageData(picture));
  return new api.Corpus(
    ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, open })),
    'absurd',
  );
};
const random3 = (): api.Tensor => api.float32([3, 32, 32], sample.input.data);
const up = (): ReturnType<typeof api.objectives.channel> => api.objectives.channel('first', 1);
const growing = { steps: 1, seed: 1, count: 1, size: [32, 32], redirectedSteps: 0, pace: 10 };
const attack = { method: 'fgsm', target: undefined, label: 0, stepSize: 1, steps: 1, seed: 1 };

/** Arguments with which each exported function works. */
const FUNCTIONS: Table = {
  activation: () => [model, p(sample), p('first:1')],
  activations: () => [model, o({ layer: 'first', scale: 'tile', colormap: 'viridis' })],
  adversarial: () => [model, sample, o({ ...attack, epsilon: 2 })],
  adversarialSeries: () => [model, sample, p([1, 2]), o(attack)],
  backpropagate: () => [model, p(sample), o({ from: 'second:2', to: 'first', rules: 'guided', start: 'one' })],
  bundledModels: () => [],
  cachedIndex: () => [{ model, corpus: 'absurd', layers: ['first'], count: 2, each: 'image' }],
  cacheIndex: () => [{ model, corpus: 'absurd', layers: ['first'], count: 2, each: 'image' }, index],
  checkChoice: () => ['name', p('a'), ['a', 'b']],
  checkNumber: () => ['name', p(1), { least: 0 }],
  checkWhole: () => ['name', p(1), 0, 2],
  classColour: () => [p(1)],
  classIdOf: () => [model, p(1)],
  className: () => [model, p(1)],
  classify: () => [model, p(sample), o({ count: 2 })],
  classModel: () => [model, p(1), o({ ...growing, preset: 'simonyan' })],
  codeOf: () => [model, sample, p('second')],
  codesOf: () => [model, corpus(), o({ layer: 'second', pool: 'mean', batch: 2 })],
  codeTensor: () => [model, p('second')],
  corpusOfFiles: () => [p([new File(['x'], 'x.png')])],
  corpusOfIndex: () => [p(new URL('data:application/json,["https://a.example/a.png"]'))],
  corpusOfUrls: () => [p(['a.png'])],
  createCpuBackend: () => [o({ worker: false, instructions: ['simd'] })],
  cssGradient: () => [p('viridis'), p('right')],
  deconvnet: () => [model, sample, o({ target: 1, start: 'one', overlap: 'accumulate', lrn: 'identity' })],
  deepDream: () => [
    model,
    sample,
    o({
      layer: 'first',
      octaves: 1,
      scale: 1.4,
      steps: 1,
      stepSize: 1.5,
      jitter: 2,
      frames: 1,
      zoom: 0.05,
      seed: 1,
      pace: 9,
    }),
  ],
  diagram: () => [model],
  draw: () => [
    p(sample),
    p(document.createElement('canvas')),
    o({ colormap: 'magma', range: [0, 1], map: 'probability' }),
  ],
  createReferenceBackend: () => [],
  layerTimes: () => [backend, model.graph, o({ runs: 1 })],
  differentiate: () => [model.graph, o({ of: model.logits, wrt: [model.input.name] })],
  featureVisualisation: () => [model, p('first:1'), o({ ...growing, preset: 'simonyan' })],
  fetchModelFiles: () => [p(new Blob([tinyNet()]))],
  fetchTopIndex: () => [p(URL.createObjectURL(new Blob([JSON.stringify(index)])))],
  filterLayers: () => [model],
  filters: () => [model, p('first')],
  float32: () => [p([2]), p([1, 2])],
  findModel: () => [p(new Blob([tinyNet()]))],
  gradient: () => [model, p(sample), o({ target: 'first:1', start: 'one' })],
  graphBuilder: () => [],
  gramsOf: () => [model, sample, p(['first'])],
  guidedBackprop: () => [model, sample, o({ target: { layer: 'first', channel: 1, at: 'max' }, start: 'one' })],
  halveWeights: () => [model.graph],
  importOnnx: () => [p(tinyNet())],
  invert: () => [model, sample, o({ ...growing, layer: 'first', smoothness: 1 })],
  isFeatureMap: () => [model, model.layers[0]!],
  lastSpatialLayer: () => [model],
  loadImage: () => [p(api.toImageData(picture))],
  loadManifest: () => [p('data:application/json,{}')],
  loadModel: () => [p(new Blob([tinyNet()])), { backend, preprocessing: TINY_INPUT }],
  registerOps: () => [p([])],
  defineOp: () => [p({ type: 'nothing', infer: () => [] })],
  labelledTicks: () => [p(0), p(1)],
  loadOps: () => [p(['Conv'])],
  mergeTopIndices: () => [p([index])],
  modelHash: () => [model],
  mosaicLayout: () => [p([1, 4, 3, 3])],
  nearest: () => [codes, p(1), p(2)],
  occludedPicture: () => [model, sample, { size: 16, stride: 16, placement: 'inside', fill: 'gray' }, p(0), p(0)],
  occlusion: () => [
    model,
    sample,
    o({
      size: 16,
      stride: 16,
      placement: 'inside',
      fill: 'gray',
      target: 1,
      layer: 'first',
      batch: 4,
      exhaustive: true,
    }),
  ],
  overlay: () => [picture, picture, p(0.5)],
  paintBars: () => [p([1, 2]), p(4), p([0, 2])],
  paintClasses: () => [map, p(32), p(32)],
  paintFilters: () => [api.filters(model).weights, o({ which: [0], columns: 1, scale: 'layer', pixel: 2 })],
  paintGradient: () => [sample.input.data, p(32), p(32), o({ channels: 'RGB', percentile: 99, scale: 1 })],
  paintMap: () => [
    map,
    p(32),
    p(32),
    o({ colormap: 'magma', range: [0, 1], symmetric: false, percentile: 99, fade: false }),
  ],
  paint: () => [p(random3()), o({ colormap: 'magma', range: [0, 1], map: 'probability' })],
  parsePreprocessing: () => [p(TINY_INPUT), p('here')],
  parseTopIndex: () => [p(index), p('here')],
  preparedImages: () => [model, corpus()],
  principalComponents: () => [codes, p(2)],
  prune: () => [model.graph, [model.logits]],
  rangeOf: () => [map, o({ symmetric: true, percentile: 99 })],
  readTopIndex: () => [p(new File([JSON.stringify(index)], 'index.json'))],
  receptiveField: () => [model.graph, p(model.logits), o({ channel: 1, at: undefined })],
  reduceChannels: () => [random3(), p('max')],
  render: () => [model, p('first:1'), o({ ...growing, preset: 'simonyan' })],
  saliency: () => [model, p(sample), o({ target: 1, start: 'one', reduction: 'max' })],
  sharedBackend: () => ['cpu'],
  shown: () => [p(1)],
  smallestEpsilon: () => [model, sample, o({ ...attack, most: 1 })],
  snapToGrid: () => [Float32Array.of(0, 0, 1, 1), p(1)],
  rankChannels: () => [index, p('first')],
  styleLayersOf: () => [model],
  styleTransfer: () => [
    model,
    sample,
    sample,
    o({ ...growing, contentLayer: 'first', styleLayers: ['first'], contentWeight: 1, styleWeight: 1, smoothness: 1 }),
  ],
  synthesize: () => [
    model,
    o({
      ...growing,
      objective: up(),
      parametrisation: undefined,
      transforms: [],
      optimiser: undefined,
      penalties: [],
      constraints: [],
    }),
  ],
  tileCorner: () => [api.mosaicLayout([1, 4, 3, 3]), p(1)],
  toApng: () => [[{ picture, ms: 10 }]],
  toImageData: () => [picture],
  toInput: () => [picture, TINY_INPUT],
  toNpy: () => [codes],
  topClasses: () => [model, [1, 2, 3, 4, 5], p(2)],
  topEntries: () => [index, p('first'), p(1)],
  toPicture: () => [sample.input, TINY_INPUT, p(0)],
  topK: () => [model, corpus(), o({ layers: ['first'], count: 2, each: 'image', paceMs: 1, batch: 2 })],
  topPatches: () => [
    model,
    corpus(),
    index,
    o({ layer: 'first', channels: [1], method: 'deconvnet', reconstruct: true }),
  ],
  toPng: () => [picture],
  tensor: () => [p('float32'), p([2]), p([1, 2])],
  tsne: () => [backend, codes, o({ perplexity: 2, seed: 1, iterations: 2, learningRate: 50, pace: 1 })],
  umap: () => [codes, o({ neighbors: 2, seed: 1 })],
  unitAt: () => [api.mosaicLayout([1, 4, 3, 3]), p(1), p(1)],
  universalNoise: () => [model, [sample], o({ epsilon: 4, stepSize: 1, steps: 1, target: 2 })],
  upsample: () => [map, p([32, 32]), p([4, 4]), p('bilinear')],
  verdictOn: () => [model, sample],
};

/** Measurements, for which `as it should be` takes longest. */
const ON_GPU: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  benchmark: { runs: 1 },
  tune: { runs: 1, nodes: [], keep: false },
};

/** Functions without a case above, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['Backend', 'Channels', 'Colormap', 'Fill', 'Names', 'Position', 'Range', 'Share'].map((name) => [
      `parse${name}`,
      'takes the text of an attribute: test/components/absurd.test.ts',
    ]),
  ),
  byCodeUnits: 'compares texts only',
  joinCoverage: 'takes what results say of themselves',
  numberOf: 'takes the text of an attribute: test/components/absurd.test.ts',
  createWebGpuBackend: 'opens a device: test/gpu',
  droppedFiles: 'a drop is made by the browser',
  forgetTuning: 'takes a device only',
  holdSharedBackend: 'opens a device: test/engine',
  rateOf: 'takes what was measured',
  roofline: 'takes a device only',
  setModelBase: 'says for the whole page where to look: test/bundled.test.ts',
  softmax: 'takes the scores of a network only',
};

/** What images are made from, each of which is then used for a step. */
const PARTS: Readonly<Record<string, Table>> = {
  objectives: {
    term: () => ['something', () => '', 1],
    classScore: () => [p(1), o({ rectified: true })],
    logProbability: () => [p(1)],
    neuron: () => [p('first'), p(1), p([0, 0])],
    channel: () => [p('first'), p(1)],
    direction: () => [p('first'), p([1, 0, 0, 1])],
    layerNorm: () => [p('first')],
    match: () => [p('first'), api.float32([1, 4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
    codeDistance: () => [p('first'), api.float32([1, 4, 15, 15], new Float32Array(900).fill(1))],
    content: () => [p('first'), api.float32([1, 4, 15, 15], new Float32Array(900).fill(1))],
    style: () => [p('first'), api.float32([4, 4], new Float32Array(16).fill(1))],
    styleDistance: () => [p('first'), api.float32([4, 4], new Float32Array(16).fill(1))],
    diversity: () => [p('first')],
  },
  parametrisations: {
    pixels: () => [o({ noise: 1 })],
    sharedNoise: () => [sample.input],
    fourier: () => [o({ deviation: 0.01, decorrelated: true, decay: 1 })],
    laplacianPyramid: () => [o({ levels: 2, deviation: 0.01, decorrelated: true })],
    lowResolution: () => [o({ factor: 2, deviation: 0.01, decorrelated: true })],
  },
  transforms: {
    pad: () => [p(2), p('reflect')],
    jitter: () => [p(2)],
    randomScale: () => [p([1, 1.1])],
    randomRotate: () => [p([0, 5])],
    blur: () => [p(1)],
    compose: () => [api.transforms.jitter(1)],
  },
  optimisers: {
    sgd: () => [p(1), o({ normalise: 'l2', momentum: 0.5 })],
    progress: () => [p(1), p(2)],
    adam: () => [p(1), o({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8 })],
    lbfgs: () => [o({ history: 2 })],
  },
  penalties: {
    l2Penalty: () => [p(1e-5)],
    alphaNorm: () => [p(1e-5), p(4)],
    totalVariation: () => [p(1e-5), o({ beta: 2, averaged: false })],
  },
  constraints: {
    decay: () => [p(0.1)],
    blurEvery: () => [p(1), p(2)],
    clipNorm: () => [p(10)],
    clipContribution: () => [p(10)],
    bounds: () => [],
    ball: () => [sample.input, p(4)],
  },
};

/** Where a part goes in the options of `synthesize`. */
const USES: Readonly<Record<string, (part: never) => Partial<api.SynthesisOptions>>> = {
  objectives: (objective) => ({ objective }),
  parametrisations: (parametrisation) => ({ parametrisation }),
  transforms: (transform) => ({ transforms: [transform] }),
  optimisers: (optimiser) => ({ optimiser }),
  penalties: (penalty) => ({ penalties: [penalty] }),
  constraints: (constraint) => ({ constraints: [constraint] }),
};

const settled = (argument: unknown): unknown =>
  argument instanceof Plain ? argument.value : argument instanceof Options ? argument.values : argument;

/** The arguments, and then with one value at a time replaced by each absurd one. */
function* variations(args: Arguments): Generator<readonly [what: string, args: readonly unknown[]], void, undefined> {
  yield ['as it should be', args.map(settled)];
  for (const [i, argument] of args.entries()) {
    const replace = (by: unknown): readonly unknown[] => args.map((other, at) => (at === i ? by : settled(other)));
    for (const value of ABSURD_VALUES) {
      if (argument instanceof Plain) yield [`argument ${String(i)} = ${nameOf(value)}`, replace(value)];
      if (!(argument instanceof Options)) continue;
      for (const name of Object.keys(argument.values))
        yield [`${name} = ${nameOf(value)}`, replace({ ...argument.values, [name]: value })];
    }
  }
}

/** Calls it and looks at what it gives, if that takes looking. */
async function use(call: () => unknown): Promise<void> {
  const made = await call();
  if (typeof made !== 'object' || made === null || !(Symbol.asyncIterator in made) || made instanceof api.Corpus)
    return;
  const steps = made as AsyncGenerator;
  for (let i = 0; i < 3 && !(await steps.next()).done; i++);
  await steps.return(undefined);
}

async function tryAll(name: string, args: Arguments, call: (...given: readonly unknown[]) => unknown): Promise<void> {
  for (const [what, given] of variations(args)) {
    const where = `${name}, ${what}`;
    try {
      await use(() => call(...given));
    } catch (error) {
      if (what === 'as it should be') throw error;
      expectWords(error, where);
    }
  }
}

const functionsOf = (of: object): string[] =>
  Object.entries(of).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value)) ? [name] : [],
  );

describe('absurd values given to functions', () => {
  before(async () => {
    model = await api.loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    const random = new Random(3);
    const data = Uint8ClampedArray.from({ length: 32 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 256 * random.next()));
    picture = { width: 32, height: 32, data };
    sample = {
      crop: picture,
      placement: { scaleX: 1, scaleY: 1, x: 0, y: 0 },
      input: api.toInput(picture, TINY_INPUT),
    };
    map = Float32Array.from({ length: 32 * 32 }, () => random.next());
    codes = random.tensor([6, 4]);
    for await (const { index: found } of api.topK(model, corpus(), { layers: ['first'], count: 2 }))
      index = found ?? index;
  });
  after(() => {
    model.dispose();
  });

  it('cover all that is exported', () => {
    expect([FUNCTIONS, ON_GPU, ELSEWHERE].flatMap(Object.keys).sort()).to.deep.equal(functionsOf(api).sort());
    for (const [name, table] of Object.entries(PARTS)) {
      const parts = functionsOf((api as unknown as Record<string, object>)[name]!);
      expect(Object.keys(table).sort(), name).to.deep.equal(parts.sort());
    }
  });

  for (const [name, args] of Object.entries(FUNCTIONS)) {
    it(name, async function () {
      this.timeout(120_000);
      await tryAll(name, args(), (api as unknown as Record<string, Callable>)[name] as never);
    });
  }

  for (const [name, options] of Object.entries(ON_GPU)) {
    itOnGpu(name, async function () {
      this.timeout(120_000);
      const gpu = await api.createWebGpuBackend();
      try {
        await tryAll(name, [gpu, model.graph, o(options)], (api as unknown as Record<string, Callable>)[name] as never);
      } finally {
        gpu.dispose();
      }
    });
  }

  for (const [kind, table] of Object.entries(PARTS)) {
    for (const [name, args] of Object.entries(table)) {
      it(`${kind}.${name}`, async function () {
        this.timeout(120_000);
        const make = (api as unknown as Record<string, Record<string, (...given: readonly unknown[]) => never>>)[kind]![
          name
        ]!;
        await tryAll(name, args(), (...given) => {
          const part = make(...given);
          if (name === 'term') return part;
          // Images differ from each other where there are two
          const count = name === 'diversity' ? 2 : 1;
          return api.synthesize(model, { objective: up(), steps: 1, count, ...USES[kind]!(part) });
        });
      });
    }
  }
});
