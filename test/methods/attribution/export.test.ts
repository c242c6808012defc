import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import { Model, type Sample } from '../../../src/engine/model.ts';
import { ArgumentError } from '../../../src/errors.ts';
import { exportAttribution } from '../../../src/methods/attribution/export.ts';
import { gradient } from '../../../src/methods/attribution/gradient.ts';
import { inputXGradient } from '../../../src/methods/attribution/input-x-gradient.ts';
import { reduceChannels, type Reduction } from '../../../src/methods/attribution/saliency.ts';
import type { GoalOptions, Target } from '../../../src/methods/parts/target.ts';
import { readOnnx } from '../../../src/onnx/read.ts';
import { upsample } from '../../../src/paint/upsample.ts';
import { float32, tensor, type Tensor } from '../../../src/tensor/tensor.ts';
import { loadSqueezeNet, photoCase } from '../../goldens/checks.ts';
import { checkExported, checkExportedNets } from '../../goldens/exported.ts';
import { runOnnx } from '../../goldens/oracle.ts';
import { relativeL2 } from '../../goldens/report.ts';
import { golden } from '../../goldens.ts';
import { openBackend } from '../../support/backends.ts';
import { graphBuilder } from '../../support/ops.ts';
import { expectAll } from '../../goldens/expect-all.ts';

/** Of a map in which sums in another order have switched some unit on or off; that of another target is not near. */
const FLIPPED = 5e-3;

describe('attributions as ONNX files', () => {
  let backend: Backend;
  let model: Model;
  let cat: Sample;
  before(async () => {
    backend = await openBackend();
    model = await loadSqueezeNet(backend);
    cat = (await photoCase('chelsea', model)).sample;
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  async function mapOf(file: Uint8Array, more: Readonly<Record<string, Tensor>> = {}): Promise<Tensor> {
    return (await runOnnx(file, { [model.input.name]: cat.input, ...more }))['map']!;
  }

  it('do in onnxruntime what methods do here: guided backpropagation of SqueezeNet', () =>
    expectAll(1, (report) => checkExported('SqueezeNet', 'guided-backprop', model, cat, report)));

  it('do in onnxruntime what methods do here: other networks, with normalisation and residuals', () =>
    expectAll(4, (report) => checkExportedNets(backend, report, ['guided-grad-cam'])));

  it('are the reference’s Grad-CAM', async () => {
    const { tensor: reference } = await golden('chelsea');
    const options = { target: 285, layer: 'fire9', size: 'layer', signed: true } as const;
    const map = await mapOf(await exportAttribution(model, 'grad-cam', options));
    const expected = await reference('gradcam_fire9');
    expect(map.shape).to.deep.equal([1, 1, ...expected.shape]);
    expect(relativeL2(map.data, expected.data)).to.be.at.most(1e-4);
    const large = await mapOf(await exportAttribution(model, 'grad-cam', { target: 285, layer: 'fire9' }));
    const positive = Float64Array.from(expected.data, (value) => Math.max(value, 0));
    expect(large.shape).to.deep.equal([1, 1, 224, 224]);
    expect(relativeL2(large.data, upsample(positive, [13, 13], [224, 224]))).to.be.at.most(1e-4);
  });

  it('find what the target is in the file', async () => {
    const targets: readonly (readonly [Target, GoalOptions['start'], exports?: Target])[] = [
      ['lynx', 'activation'],
      ['fire5', 'one'],
      [{ layer: 'fire5', channel: 142, at: 'all' }, 'activation'],
      [{ layer: 'fire5', channel: 142, at: [13, 24] }, 'activation'],
      [{ layer: 'fire5', at: [13, 24] }, 'one'],
    ];
    for (const [target, start] of targets) {
      const own = await gradient(model, cat, { target, start });
      const file = await exportAttribution(model, 'gradient', { target, start: start as 'one' | 'activation' });
      const label = JSON.stringify(target);
      expect(relativeL2((await mapOf(file)).data, own.map.data), label).to.be.at.most(FLIPPED);
      expect(
        own.map.data.some((value) => value !== 0),
        label,
      ).to.equal(true);
    }
  });

  it('tell what speaks for one class and not for another', async () => {
    const target = { for: 'lynx', against: 'tabby' };
    const map = await mapOf(await exportAttribution(model, 'input-x-gradient', { target }));
    const own = await inputXGradient(model, cat, { target });
    expect(relativeL2(map.data, own.map.data)).to.be.at.most(FLIPPED);
  });

  it('take the class as an input', async () => {
    const file = await exportAttribution(model, 'gradient', { target: 'given' });
    for (const target of [285, 7]) {
      const map = await mapOf(file, { class: tensor('int64', [1], [target]) });
      const own = await gradient(model, cat, { target });
      expect(relativeL2(map.data, own.map.data), String(target)).to.be.at.most(FLIPPED);
    }
  });

  it('reduce channels as saliency maps do', async () => {
    const { map } = await gradient(model, cat, { target: 285 });
    for (const reduction of ['max', 'sum', 'l2'] satisfies Reduction[]) {
      const found = await mapOf(await exportAttribution(model, 'saliency', { target: 285, reduction }));
      expect(found.shape).to.deep.equal([1, 1, 224, 224]);
      expect(relativeL2(found.data, reduceChannels(map, reduction).data), reduction).to.be.at.most(FLIPPED);
    }
  });

  it('say what they are', async () => {
    const file = await exportAttribution(model, 'grad-cam', { target: 'lynx', layer: 'fire9' });
    const text = new TextDecoder().decode(file);
    expect(text).to.contain('Grad-CAM (Selvaraju').and.to.contain(JSON.stringify(model.preprocessing));
    expect(text).to.contain('channels BGR, each value of 0…255 less [104, 117, 123]');
    const { graph, opsets } = await readOnnx(file);
    expect(opsets.get('')).to.equal(18);
    expect(graph.outputs.map(({ name }) => name)).to.deep.equal(['map', 'scores']);
    expect(graph.inputs.map(({ name }) => name)).to.deep.equal([model.input.name]);
  });

  it('keep their names where the network has tensors of these names', async () => {
    const builder = graphBuilder();
    const x = builder.input('scores', 'float32', [1, 1, 2, 2]);
    const map = builder.add('relu', [x], {}, { outputs: ['map'] });
    const y = builder.add('reshape', [map], { shape: [1, 4], allowZero: false }, { outputs: ['class'] });
    const preprocessing = { channels: 'gray', mean: [0], std: [1], resize: 'stretch', height: 2, width: 2 } as const;
    const small = new Model({ name: 'small', graph: builder.build('small', [y]), backend, preprocessing });
    const file = await exportAttribution(small, 'gradient', { target: 'given' });
    const { graph } = await readOnnx(file);
    const [picture, index] = graph.inputs.map(({ name }) => name) as [string, string];
    const input = float32([1, 1, 2, 2], [1, 2, 3, -4]);
    const found = await runOnnx(file, { [picture]: input, [index]: tensor('int64', [1], [2]) });
    expect([...found['map']!.data]).to.deep.equal([0, 0, 1, 0]);
    expect([...found['scores']!.data]).to.deep.equal([1, 2, 3, 0]);
  });

  it('refuse what there is not', async () => {
    const refused = async (make: Promise<unknown>, message: RegExp): Promise<void> => {
      const error = await make.then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(error).to.be.instanceOf(ArgumentError);
      expect((error as Error).message).to.match(message);
    };
    await refused(exportAttribution(model, 'occlusion' as 'gradient'), /method/);
    await refused(exportAttribution(model, 'gradient', { target: 'unicorn' }), /unicorn/);
    await refused(exportAttribution(model, 'grad-cam', { layer: 'fire99' }), /fire99/);
    await refused(exportAttribution(model, 'grad-cam', { target: 'fire5:3', layer: 'fire9' }), /no signal flows/);
    await refused(exportAttribution(model, 'grad-cam', { layer: 'logits' }), /no feature maps/);
  });
});
