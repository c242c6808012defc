// What the command line says is what the library gives.
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import {
  attributionMethods,
  classify,
  corpusOfIndex,
  diagram,
  featureVisualisation,
  loadImage,
  loadModel,
  objectives,
  occlusion,
  overlay,
  paint,
  topK,
  codesOf,
  toNpy,
} from 'unpool';
import { exportAttribution } from 'unpool/attribution';
import { folderFor, unpool, unpoolJson } from './cli.mjs';
import { last, pathOf, PHOTO } from './support.mjs';

const CPU = ['--backend', 'cpu'];
const bytesOf = async (blob) => Buffer.from(await blob.arrayBuffer());

describe('on the command line', () => {
  let model;
  before(async () => (model = await loadModel('squeezenet1.1', { backend: 'cpu' })));
  after(() => model.dispose());

  it('info tells what a network consists of', async () => {
    const { name, parameters, macs, layers, labels } = await unpoolJson('info');
    const { steps, ...whole } = diagram(model);
    assert.deepEqual([name, parameters, macs], [model.name, whole.parameters, whole.macs]);
    assert.deepEqual(
      layers.map((layer) => [layer.name, layer.shape]),
      steps.map((step) => [step.name, [...step.shape]]),
    );
    assert.equal(labels[309], 'bee');
    const { stdout } = await unpool(['info', 'squeezenet1.1']);
    assert.match(stdout, /^fire5 +256×27×27 +joined$/m);
  });

  it('classify names the likeliest classes', async () => {
    const { predictions } = await unpoolJson('classify', PHOTO, '--count', '3', ...CPU);
    assert.deepEqual(predictions, await classify(model, PHOTO, { count: 3 }));
    const { stdout } = await unpool(['classify', PHOTO, ...CPU]);
    assert.match(stdout, /^ +\d+\.\d % {2}bee \(309\)\n/);
  });

  for (const method of Object.keys(attributionMethods)) {
    it(`${method} gives the map of a class and of a unit`, async (t) => {
      const file = (await folderFor(t))('map.npy');
      const ofClass = await attributionMethods[method].run(model, PHOTO, { target: 'fly' });
      const { goal } = await unpoolJson(method, PHOTO, '--target', 'fly', '--out', file, ...CPU);
      assert.deepEqual(goal, JSON.parse(JSON.stringify(ofClass.goal)));
      assert(
        (await readFile(file)).equals(await bytesOf(await toNpy(ofClass.map))),
        'the numbers of the class are others',
      );
      const unit = { layer: 'fire5', channel: 17, at: [3, 4] };
      await unpoolJson(method, PHOTO, '--layer', 'fire5', '--channel', '17', '--at', '3,4', '--out', file, ...CPU);
      const ofUnit = await attributionMethods[method].run(model, PHOTO, { target: unit });
      assert(
        (await readFile(file)).equals(await bytesOf(await toNpy(ofUnit.map))),
        'the numbers of the unit are others',
      );
    });
  }

  it('export writes a method on a network as an ONNX file', async (t) => {
    const file = (await folderFor(t))('cam.onnx');
    const options = { target: 'given', layer: 'fire5', size: 'layer', signed: true };
    const written = ['--target', 'given', '--layer', 'fire5', '--size', 'layer', '--signed', '--out', file];
    const { bytes, input } = await unpoolJson('export', 'grad-cam', ...written);
    const bytesHere = Buffer.from(await exportAttribution(model, 'grad-cam', options));
    assert((await readFile(file)).equals(bytesHere), 'the file is another');
    assert.deepEqual([bytes, input], [bytesHere.length, { name: model.input.name, shape: [...model.input.shape] }]);
    assert.match((await unpool(['export', 'occlusion', '--out', file])).stderr, /no "occlusion" to export/);
    assert.equal((await unpool(['export', 'gradient'])).code, 2);
  });

  it('a map is painted as asked for', async (t) => {
    const file = (await folderFor(t))('map.png');
    const { crop } = await model.prepare(PHOTO);
    const map = await attributionMethods.saliency.run(model, PHOTO, { reduction: 'l2' });
    const { picture } = paint(map, { colormap: 'gray', range: [-1, 3] });
    const look = ['--reduction', 'l2', '--colormap', 'gray', '--range', '-1,3', '--out', file, ...CPU];
    await unpoolJson('saliency', PHOTO, ...look);
    assert.deepEqual(await loadImage(file), picture);
    await unpoolJson('saliency', PHOTO, '--view', 'overlay', '--opacity', '0.5', ...look);
    assert.deepEqual(await loadImage(file), overlay(crop, picture, 0.5));
  });

  it('occlusion gives its three maps', async (t) => {
    const file = (await folderFor(t))('map.png');
    const patch = ['--size', '96', '--stride', '64', '--fill', '#ff0000', '--placement', 'overhang'];
    const found = await last(
      occlusion(model, PHOTO, { size: 96, stride: 64, fill: [255, 0, 0], placement: 'overhang', target: 'fly' }),
    );
    const maps = { probability: found.probability, activation: found.activation, classes: found.topClass };
    for (const [map, values] of Object.entries(maps)) {
      const said = await unpoolJson(
        ...['occlusion', PHOTO, ...patch, '--target', 'fly', '--map', map, '--out', file, ...CPU],
      );
      assert.deepEqual([said.values, said.classId], [[...values], 308]);
      assert.deepEqual(await loadImage(file), paint(found, { map }).picture);
    }
  });

  it('feature grows an image for each channel', async (t) => {
    const file = (await folderFor(t))('feature.npy');
    const options = ['--layer', 'fire2', '--units', 'neuron', '--at', '5,6', '--steps', '2', '--seed', '7'];
    const { images } = await unpoolJson('feature', '--channels', '3,17', ...options, '--out', file, ...CPU);
    const grown = [];
    for (const channel of [3, 17]) {
      const objective = objectives.neuron('fire2', channel, [5, 6]);
      grown.push(await last(featureVisualisation(model, objective, { steps: 2, seed: 7 })));
    }
    assert.deepEqual(
      images.map(({ trace }) => trace),
      grown.map(({ trace }) => [...trace]),
    );
    const numbers = await readFile(file);
    const wanted = Buffer.concat(grown.map(({ image }) => Buffer.from(image.data.buffer)));
    assert(numbers.subarray(-wanted.length).equals(wanted));
  });

  it('top-patches and codes are those of the library', async (t) => {
    const corpus = (await folderFor(t))('corpus.json');
    const names = (await readdir(pathOf('site/corpus'))).filter((name) => name.endsWith('.jpg')).slice(0, 5);
    await writeFile(corpus, JSON.stringify(names.map((name) => pathOf(`site/corpus/${name}`))));
    const pictures = await corpusOfIndex(corpus);
    const lists = await unpoolJson('top-patches', corpus, '--layer', 'fire5,fire2', '--count', '3', ...CPU);
    const { index } = await last(topK(model, pictures, { layers: ['fire2', 'fire5'], count: 3 }));
    assert.deepEqual(lists.index, JSON.parse(JSON.stringify(index)));
    const { rows, items } = await unpoolJson('codes', corpus, '--pool', 'flatten', ...CPU);
    const codes = await codesOf(model, pictures, { pool: 'flatten' });
    assert.deepEqual(rows.flat(), [...codes.data.data]);
    assert.deepEqual(
      items.map(({ id }) => id),
      codes.items.map(({ id }) => id),
    );
  });

  it('patches are drawn from lists that were made before', async (t) => {
    const at = await folderFor(t);
    const corpus = at('corpus.json');
    await writeFile(corpus, JSON.stringify([PHOTO]));
    await unpoolJson('top-patches', corpus, '--layer', 'fire5', '--count', '1', '--out', at('lists.json'), ...CPU);
    const drawn = ['--index', at('lists.json'), '--channels', '17', '--out', at('sheet.png')];
    await unpoolJson('top-patches', corpus, ...drawn, ...CPU);
    const { width, height } = await loadImage(at('sheet.png'));
    const { strongest } = await unpoolJson('top-patches', corpus, '--index', at('lists.json'), ...CPU);
    assert.equal(strongest[0].layer, 'fire5');
    // A unit of fire5 sees at most so much, and there are two rows of one patch, with a gap
    assert(width > 20 && width < 224 && height === 2 * width + 2, `${width}×${height}`);
  });
});
