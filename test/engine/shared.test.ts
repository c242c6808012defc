import { expect } from 'chai';
import { loadModel } from '../../src/engine/load.ts';
import type { Model } from '../../src/engine/model.ts';
import { holdSharedBackend } from '../../src/engine/shared.ts';
import { WebGpuBackend } from '../../src/engine/webgpu.ts';
import { ArgumentError, UnsupportedEnvironmentError } from '../../src/errors.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { loseUnderWork, withProperty } from '../gpu/with-property.ts';
import { rejection } from '../rejection.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';
import { TINY_INPUT, tinyNet } from '../support/tiny.ts';

/** What a page gets that says nothing; released at once. */
async function kindFor(choice?: Parameters<typeof holdSharedBackend>[0]): Promise<string> {
  const hold = holdSharedBackend(choice);
  try {
    return (await hold.backend).adapter.backend;
  } finally {
    hold.release();
  }
}

/** A browser whose adapter says that it is a GPU. */
async function withHardware<T>(run: () => Promise<T>, device?: () => Promise<GPUDevice>): Promise<T> {
  const { gpu } = navigator;
  const requestAdapter = async (): Promise<GPUAdapter> => {
    const adapter = (await gpu.requestAdapter())!;
    Object.defineProperty(adapter, 'info', { value: { vendor: 'nvidia', architecture: 'made-up' } });
    if (device) Object.defineProperty(adapter, 'requestDevice', { value: device });
    return adapter;
  };
  return withProperty(navigator, 'gpu', { requestAdapter }, run);
}

const scores = async (model: Model, input: Tensor): Promise<Tensor> =>
  (
    await model.run(
      'forward',
      (graph) => graph,
      () => input,
    )
  )[model.graph.outputs[0]!]!;

describe('the backend of a page', () => {
  // The page of the tests names one: here it is as others are.
  const named = document.querySelector('meta[name="unpool-backend"]')!;
  before(() => {
    named.remove();
  });
  after(() => {
    document.head.append(named);
  });

  it('is the CPU where there is no WebGPU, no adapter, or one of software', async () => {
    expect(await kindFor()).to.equal('cpu');
    expect(await withProperty(navigator, 'gpu', undefined, kindFor)).to.equal('cpu');
    const none = { requestAdapter: () => Promise.resolve(null) };
    expect(await withProperty(navigator, 'gpu', none, kindFor)).to.equal('cpu');
  });

  it('is the GPU where there is one, and the CPU where that cannot be opened', async () => {
    expect(await withHardware(kindFor)).to.equal('webgpu');
    const refused = (): Promise<never> => Promise.reject(new DOMException('no', 'OperationError'));
    expect(await withHardware(kindFor, refused)).to.equal('cpu');
  });

  it('is what somebody asks for, or the page names', async () => {
    expect(await kindFor('webgpu')).to.equal('webgpu');
    expect(await withHardware(() => kindFor('cpu'))).to.equal('cpu');
    await withProperty(navigator, 'gpu', undefined, () =>
      rejection(UnsupportedEnvironmentError, () => kindFor('webgpu')),
    );
    const meta = Object.assign(document.createElement('meta'), { name: 'unpool-backend', content: 'webgpu' });
    document.head.append(meta);
    expect(await kindFor()).to.equal('webgpu');
    meta.content = 'gpu';
    await rejection(ArgumentError, () => kindFor());
    meta.remove();
    expect(() => holdSharedBackend('gpu' as 'cpu')).to.throw(ArgumentError, 'auto, webgpu, cpu');
  });

  it('is shared by all who ask, and disposed of with the last', async () => {
    const holds = [holdSharedBackend('cpu'), holdSharedBackend('cpu')] as const;
    const [one, two] = await Promise.all(holds.map(({ backend }) => backend));
    expect(one).to.equal(two);
    holds[0].release();
    holds[0].release();
    const again = holdSharedBackend('cpu');
    expect(await again.backend).to.equal(one);
    holds[1].release();
    again.release();
    const other = holdSharedBackend('cpu');
    expect(await other.backend).not.to.equal(one);
    other.release();
  });

  // Last: a page that has given its GPU up does so for good.
  it('becomes the CPU when the device is lost twice: networks go on there, without being asked', async () => {
    const random = new Random(3);
    await withHardware(async () => {
      const model = await loadModel(new Blob([tinyNet()]), { preprocessing: TINY_INPUT });
      const input = random.tensor(model.input.shape);
      const before = await scores(model, input);
      const gpu = model.backend;
      if (!(gpu instanceof WebGpuBackend)) throw new Error('another backend');
      const { graph } = model;
      const lent = await model.compile(graph);
      const [first] = graph.outputs as [string];
      const feeds = { [model.input.name]: input };
      await lent.run(feeds);
      for (let loss = 0; loss < 2; loss++) {
        loseUnderWork(gpu.device);
        const after = await scores(model, input);
        expect(relativeError(after.data, before.data)).to.be.at.most(1e-5);
      }
      expect(model.backend.adapter.backend).to.equal('cpu');
      expect(relativeError((await lent.run(feeds))[first]!.data, before.data)).to.be.at.most(1e-5);
      expect(await kindFor()).to.equal('cpu');
      lent.dispose();
      model.dispose();
    });
  });
});
