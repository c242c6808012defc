import { expect } from 'chai';
import { createReferenceBackend } from '../../src/engine/reference.ts';
import { loadModel } from '../../src/engine/load.ts';
import { Model } from '../../src/engine/model.ts';
import type { holdSharedBackend } from '../../src/engine/shared.ts';
import { ArgumentError, UnsupportedEnvironmentError, UseAfterDisposeError } from '../../src/errors.ts';
import { diagram } from '../../src/methods/diagram.ts';
import { CACHE_NAME } from '../../src/models/fetch.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { withProperty } from '../gpu/with-property.ts';
import { itOnGpu } from '../support/backends.ts';
import { rejection } from '../rejection.ts';
import { TINY_CLASSES, TINY_INPUT, tinyNet } from '../support/tiny.ts';

const options = { preprocessing: TINY_INPUT };
const later = { ...options, later: true } as const;

function scores(model: Model): Promise<Record<string, Tensor>> {
  const input = float32(model.input.shape, new Float32Array(3 * 32 * 32).fill(0.5));
  return model.run(
    'scores',
    (graph) => graph,
    () => input,
  );
}

describe('loadModel', () => {
  const { fetch } = globalThis;
  const withoutGpu = <T>(run: () => Promise<T>): Promise<T> => withProperty(navigator, 'gpu', undefined, run);
  afterEach(async () => {
    globalThis.fetch = fetch;
    await caches.delete(CACHE_NAME);
  });

  it('says that there is no GPU before it downloads anything', async () => {
    let asked = 0;
    globalThis.fetch = () => {
      asked++;
      return Promise.reject(new TypeError('offline'));
    };
    await withoutGpu(() =>
      rejection(UnsupportedEnvironmentError, () => loadModel('/model.onnx', { ...options, backend: 'webgpu' })),
    );
    expect(asked).to.equal(0);
  });

  itOnGpu('needs no GPU for a network that is only looked at, and opens one when it is run', async () => {
    const model = await withoutGpu(() => loadModel(new Blob([tinyNet()]), { ...later, backend: 'webgpu' }));
    expect(diagram(model).steps.length).to.be.above(2);
    expect(() => model.backend).to.throw(ArgumentError, 'model.open()');
    await withoutGpu(() => rejection(UnsupportedEnvironmentError, () => scores(model)));
    // Tried again
    expect(Object.values(await scores(model))[0]!.data).to.have.length(TINY_CLASSES);
    expect(model.backend.adapter.backend).to.equal('webgpu');
    expect(await model.open()).to.equal(model.backend);
    model.dispose();
    await rejection(UseAfterDisposeError, () => model.open());
  });

  it('holds the backend from when it is run until it is disposed of', async () => {
    const held: string[] = [];
    const backend = createReferenceBackend();
    const hold = (): ReturnType<typeof holdSharedBackend> => {
      held.push('held');
      return { backend: Promise.resolve(backend), release: () => void held.push('released') };
    };
    const { graph, name, preprocessing } = await loadModel(new Blob([tinyNet()]), later);
    const model = new Model({ graph, name, preprocessing, backend: hold });
    expect(held).to.deep.equal([]);
    await Promise.all([scores(model), scores(model)]);
    expect(held).to.deep.equal(['held']);
    model.dispose();
    model.dispose();
    expect(held).to.deep.equal(['held', 'released']);

    const left = new Model({ graph, name, preprocessing, backend: hold });
    const opening = rejection(UseAfterDisposeError, () => left.open());
    left.dispose();
    await opening;
    expect(held).to.deep.equal(['held', 'released', 'held', 'released']);
  });

  it('loads a network that is kept, with its description, without a connection', async () => {
    const bytes = tinyNet();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const described = { title: 'Tiny', licence: 'MIT', source: 'here', logits: 'scores', layers: { one: 'a' } };
    const input = { ...TINY_INPUT, name: 'image' };
    const entry = { ...described, file: 'm.onnx', bytes: bytes.length, sha256, input, labels: 'l.json' };
    const files: Readonly<Record<string, BodyInit>> = {
      'https://x.test/m.json': JSON.stringify({ tiny: entry }),
      'https://x.test/m.onnx': bytes,
      'https://x.test/l.json': JSON.stringify(['a', 'b', 'c', 'd', 'e']),
    };
    const source = { manifest: 'https://x.test/m.json', later: true } as const;
    globalThis.fetch = (url) => Promise.resolve(new Response(files[String(url as URL)]));
    await loadModel('tiny', source);
    globalThis.fetch = () => Promise.reject(new TypeError('offline'));
    const model = await loadModel('tiny', source);
    expect(model.labels.map(({ name }) => name).join('')).to.equal('abcde');
    expect(model.resolve('one').name).to.equal('a');
  });
});
