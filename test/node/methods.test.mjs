import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as unpool from 'unpool';
import { golden, last, pathOf, PHOTO, relativeError, smallNet } from './support.mjs';

const LAYER = '/6/Conv';

describe('methods in Node', () => {
  let backend, model, sample, values;
  before(async () => {
    backend = await unpool.createCpuBackend();
    values = await golden('alexnet-div8');
    const input = await values.tensor('input');
    model = await smallNet('alexnet-div8', input.shape.slice(2), backend);
    sample = { input };
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  const target = () => values.manifest.target;

  it('send back what PyTorch and Captum send back', async () => {
    const { gradient: grad, guided, deconvnet: deconv } = unpool.RULES;
    const passes = { grad, guided, deconv };
    for (const [name, rules] of Object.entries(passes)) {
      const { map } = await unpool.backpropagate(model, sample, { from: target(), rules });
      assert(relativeError(map.data, (await values.tensor(name)).data) < 1e-4, name);
    }
  });

  it('explain a class in four ways', async () => {
    const grad = (await values.tensor('grad')).data;
    const { map } = await unpool.gradient(model, sample, { target: target() });
    assert(relativeError(map.data, grad) < 1e-4);
    const size = grad.length / 3;
    const strongest = grad
      .slice(0, size)
      .map((_, i) => Math.max(...[0, 1, 2].map((c) => Math.abs(grad[c * size + i]))));
    const saliency = await unpool.saliency(model, sample, { target: target() });
    assert(relativeError(saliency.map.data, strongest) < 1e-4);
    for (const method of ['guidedBackprop', 'deconvnet']) {
      const found = await unpool[method](model, sample, { target: target() });
      assert.deepEqual(found.map.shape, map.shape);
      assert(found.map.data.some((v) => v !== 0) && found.map.data.every(Number.isFinite));
    }
  });

  it('see classes and activations', async () => {
    const predictions = await unpool.classify(model, sample, { count: 3 });
    const logits = (await values.tensor('output')).data;
    assert.equal(predictions[0].id, logits.indexOf(Math.max(...logits)));
    const total = logits.reduce((sum, v) => sum + Math.exp(v), 0);
    assert(Math.abs(predictions[0].probability - Math.exp(logits[predictions[0].id]) / total) < 1e-5);
    const { shape, data } = await unpool.activation(model, sample, LAYER);
    const channel = await unpool.activation(model, sample, `${LAYER}:2`);
    assert.equal(shape.length, 3);
    assert.deepEqual([...channel.data], [...data.subarray(2 * channel.data.length, 3 * channel.data.length)]);
  });

  it('hide parts of the picture', async () => {
    const picture = unpool.toPicture(sample.input, model.preprocessing);
    const options = { size: 32, stride: 96, target: target() };
    const found = await last(unpool.occlusion(model, await model.prepare(picture), options));
    assert.equal(found.probability.length, found.grid.rows * found.grid.cols);
    assert(found.probability.every((p) => p >= 0 && p <= 1));
    const { picture: painted } = unpool.paint(found);
    assert.deepEqual([painted.width, painted.height], [found.grid.cols * 96, found.grid.rows * 96]);
  });

  it('find the strongest patches of a corpus', async () => {
    const photos = ['european-honey-bee', 'coffee', 'chelsea'].map((name) => pathOf(`site/photos/${name}.jpg`));
    const corpus = unpool.corpusOfUrls([...photos, pathOf('site/photos/none.jpg')]);
    const { index, done, skipped } = await last(unpool.topK(model, corpus, { layers: [LAYER], count: 2 }));
    assert.equal(done, 3);
    assert.match(skipped[0].reason, /there is no such file/);
    const { channels } = await last(unpool.topPatches(model, corpus, index, { layer: LAYER, channels: [0] }));
    const [first, second] = channels[0].patches;
    assert(first.value >= second.value && first.reconstruction.width === first.patch.width);
    const codes = await unpool.codesOf(model, corpus);
    assert.equal(codes.data.shape[0], 3);
    assert.equal(codes.skipped.length, 1);
  });

  it('make images', async () => {
    const { image, trace, step } = await unpool.render(model, `${LAYER}:2`, { steps: 3, size: [96, 96] });
    assert.equal(step, 3);
    assert(image.data.every(Number.isFinite) && trace.at(-1) > trace[0]);
    const found = await unpool.adversarial(model, PHOTO, { method: 'fgsm', epsilon: 4 });
    assert(found.change.data.every((v) => Math.abs(v) < 4.001));
  });

  it('show filters and layers', async () => {
    const { shape } = (await unpool.filters(model, '/0/Conv')).weights;
    assert.equal(shape[1], 3);
    assert(unpool.diagram(model).steps.length > 5);
  });

  it('place points where their neighbours are', async () => {
    const { tensor } = await golden('tsne');
    const [data, start] = await Promise.all(['data', 'Y0'].map(tensor));
    const [n, d] = [60, data.shape[1]];
    const few = { ...data, shape: [n, d], data: data.data.slice(0, n * d) };
    const from = { ...start, shape: [n, 2], data: start.data.slice(0, n * 2) };
    const options = { start: from, iterations: 400, perplexity: 10, learningRate: 5 };
    const { divergence } = await last(unpool.tsne(backend, few, options));
    assert(divergence > 0 && divergence < 0.5, `${divergence}`);
    assert.equal((await last(unpool.umap(few))).positions.length, n * 2);
  });
});

describe('SqueezeNet in Node', () => {
  it('finds what speaks for a class as PyTorch does', async () => {
    const backend = await unpool.createCpuBackend();
    const model = await unpool.loadModel('squeezenet1.1', { backend, manifest: pathOf('models/float32.json') });
    const { manifest, tensor } = await golden('coffee');
    const { data } = await tensor('rgb_u8');
    // The golden's own pixels, in the order of the planes: B, G, R
    const { mean, std } = model.preprocessing;
    const planes = [2, 1, 0].map((k, c) =>
      Array.from(
        data.filter((_, i) => i % 3 === k),
        (v) => (v - mean[c]) / std[c],
      ),
    );
    const input = unpool.float32([1, 3, 224, 224], planes.flat());
    const { map } = await unpool.saliency(model, { input }, { target: manifest.target });
    assert(relativeError(map.data, (await tensor('saliency_max')).data) < 5e-3);
    model.dispose();
    backend.dispose();
  });
});
