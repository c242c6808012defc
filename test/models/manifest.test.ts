import { expect } from 'chai';
import { ModelFormatError } from '../../src/errors.ts';
import { fetchBytes } from '../../src/models/fetch.ts';
import { loadManifest, parseManifest, parsePreprocessing, type Manifest } from '../../src/models/manifest.ts';
import { readOnnx } from '../../src/onnx/read.ts';
import { fixture, repositoryFile } from '../goldens.ts';
import { rejection } from '../rejection.ts';

describe('models/manifest', () => {
  let manifest: Manifest;
  before(async () => {
    manifest = await loadManifest(repositoryFile('models/models.json'));
  });

  it('names files that are there, with these checksums, tensors and labels', async () => {
    expect(Object.keys(manifest)).to.deep.equal(['squeezenet1.1', 'squeezenet1.1-fp16']);
    const whole = await loadManifest(repositoryFile('models/float32.json'));
    const entries = [...Object.values(manifest), ...Object.values(whole)];
    for (const { file, bytes, sha256, labels, layers, logits, scores, input } of entries) {
      const model = await fetchBytes(file, { sha256, cache: false });
      expect(model.length).to.equal(bytes);
      const { graph } = await readOnnx(model);
      const tensors = graph.nodes.flatMap(({ outputs }) => outputs);
      expect(tensors).to.include.members([...Object.values(layers), logits, scores!]);
      expect(graph.inputs.map(({ name }) => name)).to.include(input.name);
      expect((await fetch(labels!)).ok).to.be.true;
    }
  });

  it('describes the input of SqueezeNet', () => {
    expect(manifest['squeezenet1.1']!.input).to.deep.equal({
      name: 'input',
      height: 224,
      width: 224,
      channels: 'BGR',
      mean: [104, 117, 123],
      std: [1, 1, 1],
      resize: 256,
    });
    const layers = Object.keys(manifest['squeezenet1.1']!.layers);
    expect(layers[0]).to.equal('conv1');
    expect(layers.indexOf('pool3')).to.be.within(layers.indexOf('fire3'), layers.indexOf('fire4'));
  });

  it('takes the name of another entry for it', async () => {
    expect(manifest['squeezenet1.1']).to.deep.equal(manifest['squeezenet1.1-fp16']);
    expect((await rejection(ModelFormatError, () => parseManifest({ a: 'b' }))).message).to.contain(
      'a: not a valid description of a model',
    );
    expect((await rejection(ModelFormatError, () => parseManifest({ a: 'b', b: 'a' }))).message).to.contain(
      'expected an object',
    );
  });

  it('says where a manifest is wrong', async () => {
    const broken = async (change: (entry: Record<string, unknown>) => void): Promise<string> => {
      const entry = structuredClone(manifest['squeezenet1.1']) as unknown as Record<string, unknown>;
      change(entry);
      return (await rejection(ModelFormatError, () => parseManifest({ net: entry }, location.href))).message;
    };
    expect(await broken((entry) => delete entry['title']))
      .to.contain('net.title')
      .and.contain('got nothing');
    expect(await broken((entry) => (entry['sha256'] = 'abc')))
      .to.contain('net.sha256')
      .and.contain('64 hex digits');
    expect(await broken((entry) => (entry['bytes'] = 1.5)))
      .to.contain('net.bytes')
      .and.contain('got 1.5');
    expect(await broken((entry) => (entry['input'] = [])))
      .to.contain('net.input')
      .and.contain('expected an object');
    expect(await broken((entry) => (entry['layers'] = { conv1: 3 }))).to.contain('net.layers.conv1');
    const input = (change: object) => (entry: Record<string, unknown>) =>
      Object.assign(entry['input'] as object, change);
    expect(await broken(input({ channels: 'bgr' })))
      .to.contain('"RGB" or "BGR" or "gray"')
      .and.contain('got "bgr"');
    expect(await broken(input({ mean: [1, 2] })))
      .to.contain('net.input.mean')
      .and.contain('3 number(s)');
    expect(await broken(input({ std: [1, 0, 1] }))).to.contain('net.input.std');
    expect(await broken(input({ resize: 200 })))
      .to.contain('a whole number from 224,')
      .and.contain('got 200');
    for (const [change, limit] of [
      [{ height: 1e9, width: 1e9, resize: 'stretch' }, 'at most 16,777,216 pixels'],
      [{ resize: 1e6 }, 'at most 65,536'],
      [{ std: [1e-300, 1, 1] }, 'from 0.000001 to 1000000'],
      [{ mean: [0, 1e300, 0] }, 'from -1000000 to 1000000'],
    ] as const) {
      expect(await broken(input(change))).to.contain(limit);
    }
    for (const field of ['file', 'labels']) {
      expect(await broken((entry) => (entry[field] = 'http://[')))
        .to.contain(`net.${field}`)
        .and.contain('expected an address');
    }
    await rejection(ModelFormatError, () => loadManifest(fixture('faults/m-badfile.json')));
    expect((await broken((entry) => (entry['bytes'] = 'x'.repeat(100_000)))).length).to.be.lessThan(300);
    expect((await rejection(ModelFormatError, () => parseManifest([], location.href))).message).to.contain(
      'the manifest',
    );
  });

  it('fills in a preset', async () => {
    const size = { height: 32, width: 40, resize: 'stretch' };
    const torch = parsePreprocessing({ preset: 'torch', ...size });
    expect(torch.channels).to.equal('RGB');
    expect(torch.mean[0]).to.be.closeTo(123.675, 1e-9);
    expect(parsePreprocessing({ preset: 'tf', std: [255, 255, 255], ...size }).std).to.deep.equal([255, 255, 255]);
    const error = await rejection(ModelFormatError, () => parsePreprocessing({ preset: 'jax', ...size }));
    expect(error.message).to.contain('input.preset').and.contain('"torch" or "tf" or "caffe"');
  });
});
