import { expect } from 'chai';
import { nearest } from '../../src/corpus/nearest.ts';
import { tsne, type Embedding } from '../../src/corpus/tsne.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import { activations } from '../../src/methods/activations.ts';
import { occlusion, type Occlusion } from '../../src/methods/occlusion.ts';
import { pictureFromRgb } from '../../src/models/picture.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { loseUnderWork } from '../gpu/with-property.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

// Syntheses: synthesis.test.ts; top patches: ../corpus/top-k.test.ts.
describe('a device that is lost once', () => {
  let backend: WebGpuBackend;
  let model: Model;
  let sample: Sample;
  // A second loss within a minute is an error: a device of its own for each
  beforeEach(async () => {
    backend = await createWebGpuBackend({ poison: true });
    model = await loadModel(new Blob([tinyNet()]), { backend, preprocessing: TINY_INPUT });
    const random = new Random(3);
    const rgb = Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * random.next()));
    sample = await model.prepare(await createImageBitmap(new ImageData(pictureFromRgb(rgb, 32, 32).data, 32)));
  });
  afterEach(() => {
    model.dispose();
    backend.dispose();
  });

  async function mapOf(loseAt?: number): Promise<Occlusion> {
    let last: Occlusion | undefined;
    for await (const snapshot of occlusion(model, sample, { size: 8, stride: 4, batch: 4 })) {
      if (loseAt !== undefined && snapshot.done >= loseAt && !last) loseUnderWork(backend.device);
      last = snapshot;
    }
    return last!;
  }

  it('changes nothing of an occlusion map', async () => {
    const { device } = backend;
    const lost = await mapOf(1);
    expect(backend.device).not.to.equal(device);
    const whole = await mapOf();
    expect(lost.done).to.equal(whole.done);
    expect(lost.probability).to.deep.equal(whole.probability);
    expect(lost.activation).to.deep.equal(whole.activation);
  });

  it('changes nothing of a frame', async () => {
    const layer = await activations(model, { layer: 'active' });
    const canvas = document.createElement('canvas');
    const frame = (): ReturnType<typeof layer.show> => layer.show(sample.input, canvas, { channel: 1 });
    const before = await frame();
    loseUnderWork(backend.device);
    const after = await frame();
    expect(after.plane.data).to.deep.equal(before.plane.data);
    expect(after.extents.data).to.deep.equal(before.extents.data);
    layer.dispose();
  });

  it('lets the points of a map go on from where they are', async () => {
    const random = new Random(11);
    const codes = float32(
      [40, 5],
      Array.from({ length: 200 }, (_, at) => random.normal() + (Math.floor(at / 5) % 2) * 12),
    );
    const maps: Embedding[] = [];
    for await (const map of tsne(backend, codes, { iterations: 600, perplexity: 5, pace: 1 })) {
      if (map.done >= 300 && maps.at(-1)!.done < 300) loseUnderWork(backend.device);
      maps.push(map);
    }
    const done = maps.map((map) => map.done);
    expect(done).to.deep.equal([...done].sort((a, b) => a - b));
    const { positions, notes, divergence } = maps.at(-1)!;
    expect(done.at(-1)).to.equal(600);
    expect(notes).to.have.length(1);
    expect(Number(/from rest in iteration (\d+)/.exec(notes[0]!)?.[1])).to.be.within(300, 599);
    expect(divergence).to.be.within(0, 2);
    for (let i = 0; i < 40; i++)
      for (const { index } of nearest(float32([40, 2], positions), i, 5)) expect(index % 2).to.equal(i % 2);
  });
});
