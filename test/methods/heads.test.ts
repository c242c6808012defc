import type { Backend } from '../../src/engine/backend.ts';
import { expect } from 'chai';
import * as ort from 'onnxruntime-web/wasm';
import '../support/ops.ts';
import { loadModel, type LoadOptions } from '../../src/engine/load.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { openBackend } from '../support/backends.ts';
import { ArgumentError, ModelFormatError, NonFiniteError } from '../../src/errors.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { activations } from '../../src/methods/activations.ts';
import { adversarial } from '../../src/methods/adversarial.ts';
import { classModel } from '../../src/methods/class-model.ts';
import { classify } from '../../src/methods/classify.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import { occludedPicture, occlusion, type Occlusion } from '../../src/methods/occlusion.ts';
import { forward } from '../../src/methods/parts/forward.ts';
import { classIdOf } from '../../src/methods/parts/target.ts';
import type { Snapshot } from '../../src/methods/synthesize.ts';
import { toInput } from '../../src/models/preprocess.ts';
import { importOnnx } from '../../src/onnx/import.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { tensor, type Data } from '../../src/tensor/tensor.ts';
import { expectRejection } from '../rejection.ts';
import { FAULTS_INPUT, faultyFile, faultySample } from '../support/faults.ts';
import { relativeError } from '../support/numbers.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.wasm.numThreads = 1;

/** An output of a file as onnxruntime computes it. */
async function oracle(file: string, input: ort.Tensor, output?: string): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(await (await faultyFile(file)).arrayBuffer());
  try {
    const results = await session.run({ [session.inputNames[0]!]: input });
    return results[output ?? session.outputNames[0]!]!.data as Float32Array;
  } finally {
    await session.release();
  }
}

const floats = ({ shape, data }: Sample['input']): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(data), shape);

describe('heads', () => {
  let backend: Backend;
  before(async () => {
    backend = await openBackend();
  });
  after(() => {
    backend.dispose();
  });

  async function load(file: string, options: LoadOptions = {}): Promise<{ model: Model; sample: Sample }> {
    const own = { backend, preprocessing: FAULTS_INPUT, ...options };
    const model = await loadModel(await faultyFile(file), own);
    return { model, sample: await faultySample(model) };
  }

  async function probabilities(model: Model, sample: Sample): Promise<(number | undefined)[]> {
    const found = await classify(model, sample, { count: 99 });
    return found.sort((a, b) => a.id - b.id).map(({ probability }) => probability);
  }

  /** The gradient of one number of a tensor of the file, in float64. */
  async function reference(file: string, of: string, index: number, input: Sample['input']): Promise<Data> {
    const bytes = new Uint8Array(await (await faultyFile(file)).arrayBuffer());
    const graph = await importOnnx(bytes);
    const [name] = graph.inputs as [string];
    const { graph: both, gradients, seed } = differentiate(graph, { of, wrt: [name], rules: RULES.gradient });
    const { shape } = graph.values.get(of)!;
    const one = tensor(
      'float64',
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => Number(i === index)),
    );
    const result = gradients.get(name)!;
    return evaluate(both, { [name]: input, [seed]: one }, [result])[result]!.data;
  }

  // What PyTorch computes, to four digits.
  for (const [file, expected] of [
    ['multilabel_sigmoid.onnx', [0.4484, 0.3209, 0.5178, 0.3808, 0.5637]],
    ['end_softmax_reshape.onnx', [0.2302, 0, 0.4926, 0, 0.2772]],
    ['end_softmax_clamp.onnx', [0.2302, 0, 0.4926, 0, 0.2772]],
    ['binary_sigmoid.onnx', [0.042675]],
  ] as const) {
    it(`gives the probabilities of ${file}, and the gradient of the unnormalised score`, async () => {
      const { model, sample } = await load(file);
      const found = (await probabilities(model, sample)) as number[];
      expect(found.map((p) => p.toFixed(4))).to.deep.equal(expected.map((p) => p.toFixed(4)));
      const theirs = await oracle(file, floats(sample.input));
      // The clamp of the file is at 10⁻⁷
      found.forEach((p, i) => void expect(p).to.be.closeTo(theirs[i]!, 1e-6));

      const { map, goal } = await gradient(model, sample);
      const gemm = model.graph.nodes.find(({ op }) => op === 'gemm')!.outputs[0]!;
      expect(relativeError(map.data, await reference(file, gemm, goal.classId!, sample.input))).to.be.below(1e-5);
      expect(goal.probability).to.equal(found[goal.classId!]);
      model.dispose();
    });
  }

  it('lets one sigmoid say yes or no', async () => {
    const { model, sample } = await load('binary_sigmoid.onnx');
    expect(model.head).to.include({ kind: 'yes-or-no', classes: 2, units: 1, says: 'one sigmoid output: yes or no' });
    const [yes, no] = [await gradient(model, sample), await gradient(model, sample, { target: 'not' })];
    expect([yes.goal.description, no.goal.description]).to.deep.equal(['positive', 'negative']);
    expect(no.goal.probability! + yes.goal.probability!).to.be.closeTo(1, 1e-12);
    expect([...no.map.data]).to.deep.equal([...yes.map.data].map((value) => -value));
    for (const [name, id] of [
      ['the positive class', 0],
      ['Yes', 0],
      [0, 0],
      ['negative', 1],
      ['no', 1],
    ] as const) {
      expect(classIdOf(model, name)).to.equal(id);
    }
    await expectRejection(ArgumentError, '0…1', () => classIdOf(model, 2));
    model.dispose();
  });

  it('names the answers of a yes-or-no network by its labels', async () => {
    for (const [labels, expected] of [
      [['cat'], ['cat']],
      [
        ['dog', 'cat'],
        ['dog', 'cat'],
      ],
    ] as const) {
      const { model, sample } = await load('binary_sigmoid.onnx', { labels });
      const found = await classify(model, sample);
      expect(found.map(({ name }) => name)).to.deep.equal(expected);
      expect(found.find(({ name }) => name === 'cat')!.probability).to.be.closeTo(0.042675, 1e-6);
      expect((await gradient(model, sample, { target: 'yes' })).goal.description).to.equal('cat');
      expect((await gradient(model, sample, { target: 'no' })).goal.description).to.equal(
        labels[1] ? 'dog' : 'not cat',
      );
      model.dispose();
    }
    await expectRejection(ArgumentError, /1 label .*or 2.*got 3 labels/, () =>
      load('binary_sigmoid.onnx', { labels: ['a', 'b', 'c'] }),
    );
  });

  for (const head of [undefined, 'values'] as const) {
    it(`occludes ${head ?? 'probabilities'} as each picture alone would have them`, async () => {
      const { model, sample } = await load('binary_sigmoid.onnx', { head });
      let last: Occlusion | undefined;
      for await (const snapshot of occlusion(model, sample, { size: 12, stride: 10 })) last = snapshot;
      const { grid, patch, probability } = last!;
      expect(new Set(probability).size).to.be.above(4);
      for (const at of [0, probability.length - 1]) {
        const crop = occludedPicture(model, sample, patch, Math.floor(at / grid.cols), at % grid.cols);
        const theirs = await oracle('binary_sigmoid.onnx', floats(toInput(crop, model.preprocessing)));
        expect(probability[at]).to.be.closeTo(theirs[0]!, 1e-6);
      }
      model.dispose();
    });
  }

  it('takes maps for classes, averaged over their places', async () => {
    for (const [file, side, classes] of [
      ['segmentation.onnx', 32, 4],
      ['fcn-output.onnx', 8, 5],
    ] as const) {
      const { model, sample } = await load(file, { preprocessing: { ...FAULTS_INPUT, height: side, width: side } });
      expect(model.head.classes).to.equal(classes);
      expect(model.head.says).to.contain('averaged over');
      const maps = await oracle(file, floats(sample.input));
      const plane = maps.length / classes;
      const means = Array.from({ length: classes }, (_, c) =>
        maps.subarray(c * plane, (c + 1) * plane).reduce((sum, value) => sum + value / plane, 0),
      );
      const found = (await classify(model, sample)).sort((a, b) => a.id - b.id);
      expect(
        relativeError(
          found.map(({ score }) => score),
          means,
        ),
      ).to.be.below(1e-5);
      expect((await gradient(model, sample)).goal.classId).to.equal(means.indexOf(Math.max(...means)));
      model.dispose();
    }
    // Labels say which axis is meant.
    await expectRejection(ArgumentError, /expected 4 labels.*got 3 labels/, () =>
      load('segmentation.onnx', { labels: ['a', 'b', 'c'] }),
    );
  });

  it('takes of several outputs the one that looks like classes, or the one that is named', async () => {
    const { model, sample } = await load('two_outputs_features_first.onnx');
    expect(model.head).to.include({ logits: 'logits', classes: 5 });
    const scores = await oracle('two_outputs_features_first.onnx', floats(sample.input), 'logits');
    const found = (await classify(model, sample)).sort((a, b) => a.id - b.id);
    expect(
      relativeError(
        found.map(({ score }) => score),
        scores,
      ),
    ).to.be.below(1e-5);
    model.dispose();
    const other = await load('two_outputs_features_first.onnx', { logits: 'features' });
    expect(other.model.head.classes).to.equal(8);
    other.model.dispose();
  });

  it('takes pictures with channels last, and maps them as pictures', async () => {
    const { model, sample } = await load('nhwc.onnx');
    const { data } = sample.input;
    const turned = Float32Array.from(data, (_, i) => data[(i % 3) * 1024 + Math.floor(i / 3)]!);
    const theirs = await oracle('nhwc.onnx', new ort.Tensor('float32', turned, [1, 32, 32, 3]));
    expect(relativeError((await probabilities(model, sample)) as number[], theirs)).to.be.below(1e-5);
    // Nothing is left to be turned when it runs.
    expect(model.graph.nodes.map(({ op }) => op)).not.to.contain('transpose');
    const { map, goal } = await gradient(model, sample);
    const input = tensor('float32', [1, 32, 32, 3], turned);
    const gemm = model.graph.nodes.find(({ op }) => op === 'gemm')!.outputs[0]!;
    const last = await reference('nhwc.onnx', gemm, goal.classId!, input);
    const expected = Float32Array.from(map.data, (_, i) => last[(i % 1024) * 3 + Math.floor(i / 1024)]!);
    expect(relativeError(map.data, expected)).to.be.below(1e-5);
    model.dispose();
  });

  it('gives bytes to a network that takes bytes', async () => {
    const { model, sample } = await load('uint8_input.onnx');
    expect(model.preprocessing).to.deep.include({ mean: [0, 0, 0], std: [1, 1, 1] });
    const bytes = new ort.Tensor('uint8', Uint8Array.from(sample.input.data), [1, 3, 32, 32]);
    const found = (await classify(model, sample)).sort((a, b) => a.id - b.id);
    const theirs = await oracle('uint8_input.onnx', bytes);
    expect(
      relativeError(
        found.map(({ score }) => score),
        theirs,
      ),
    ).to.be.below(1e-5);
    const scaled = (await gradient(model, sample)).map.data;
    expect(scaled.some((value) => value !== 0)).to.equal(true);
    model.dispose();
  });

  it('says both numbers where labels do not fit', async () => {
    const labels = Array.from({ length: 12 }, (_, i) => `c${String(i)}`);
    await expectRejection(ArgumentError, /expected 11 labels.*got 12 labels/, () => load('classes11.onnx', { labels }));
    const one = labels.slice(0, 10);
    await expectRejection(ArgumentError, /got 10 labels.*background/, () => load('classes11.onnx', { labels: one }));
    const { model } = await load('classes11.onnx', { labels: labels.slice(0, 11) });
    expect(classIdOf(model, 'c10')).to.equal(10);
    model.dispose();
  });

  it('names the first layer with weights that are no numbers', async () => {
    await expectRejection(ModelFormatError, /layer "\/0\/0\.0\/Conv".*NaN in "0\.0\.weight"/, () => load('w_nan.onnx'));
  });

  it('names the first layer whose numbers are too large for float32', async () => {
    const model = await loadModel(new Blob([tinyNet(3, 1e25)]), { backend, preprocessing: TINY_INPUT });
    const sample = await faultySample(model);
    for (const run of [
      () => classify(model, sample),
      () => gradient(model, sample),
      () => occlusion(model, sample).next(),
    ]) {
      await expectRejection(NonFiniteError, 'layer "second"', run);
    }
    const watched = await activations(model, { layer: 'second' });
    await expectRejection(NonFiniteError, 'layer "second"', () =>
      watched.show(sample.input, document.createElement('canvas'), { channel: 0 }),
    );
    watched.dispose();
    model.dispose();
  });

  it('raises and fools by the scores of any head, but no values', async () => {
    for (const [file, target] of [
      ['binary_sigmoid.onnx', 'positive'],
      ['binary_sigmoid.onnx', 'negative'],
      ['multilabel_sigmoid.onnx', 1],
    ] as const) {
      const { model, sample } = await load(file);
      const { before, after } = await adversarial(model, sample, {
        target,
        label: classIdOf(model, target) === 0 ? 1 : 0,
        epsilon: 8,
      });
      const id = classIdOf(model, target);
      expect(after.probability(id), `${file} ${target}`).to.be.above(before.probability(id));
      model.dispose();
    }
    const binary = await load('binary_sigmoid.onnx');
    /** The network's own number for an image that was grown for an answer. */
    const grown = async (target: string): Promise<number> => {
      let last: Snapshot | undefined;
      for await (const snapshot of classModel(binary.model, target, { preset: 'fooling', steps: 12 })) last = snapshot;
      return (await forward(binary.model, { input: last!.image }, ['/1/Gemm_output_0']))[0]!.data[0]!;
    };
    expect(await grown('positive')).to.be.above(await grown('negative'));
    binary.model.dispose();

    const { model, sample } = await load('binary_sigmoid.onnx', { head: 'values' });
    await expectRejection(ArgumentError, 'the network gives values', () => adversarial(model, sample));
    const [value] = await classify(model, sample);
    expect(value).to.deep.include({ name: 'value', probability: undefined });
    expect(value!.score).to.be.closeTo(0.042675, 1e-6);
    model.dispose();
  });

  it('takes a wish for what it is, or says why not', async () => {
    const { model, sample } = await load('multilabel_sigmoid.onnx', { head: 'one-of-many' });
    const sum = ((await probabilities(model, sample)) as number[]).reduce((a, b) => a + b, 0);
    expect(sum).to.be.closeTo(1, 1e-12);
    model.dispose();
    const head = 'sigmoids' as LoadOptions['head'];
    await expectRejection(ArgumentError, 'one-of-many, several-of-many', () => load('classes11.onnx', { head }));
    await expectRejection(ArgumentError, 'has one output', () => load('classes11.onnx', { head: 'yes-or-no' }));
    await expectRejection(ArgumentError, 'no choice', () => load('binary_sigmoid.onnx', { head: 'one-of-many' }));
    await expectRejection(ArgumentError, 'there is no layer "logit"', () =>
      load('classes11.onnx', { logits: 'logit' }),
    );
  });
});
