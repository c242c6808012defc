import { expect } from 'chai';
import { DeviceLostError, ShaderError, UnsupportedEnvironmentError } from '../../src/errors.ts';
import { describeAdapter, hasHardwareAdapter } from '../../src/gpu/adapter.ts';
import { capabilitiesOf, noCounters, openDevice } from '../../src/gpu/device.ts';
import { rejection } from '../rejection.ts';
import { withProperty } from './with-property.ts';

const info = (fields: Partial<GPUAdapterInfo>): GPUAdapterInfo =>
  ({
    vendor: '',
    architecture: '',
    device: '',
    description: '',
    isFallbackAdapter: false,
    ...fields,
  }) as GPUAdapterInfo;

describe('describeAdapter', () => {
  it('calls software by its name', () => {
    expect(describeAdapter(info({ vendor: 'google', architecture: 'swiftshader' }))).to.deep.equal({
      name: 'SwiftShader',
      software: true,
    });
    expect(describeAdapter(info({ description: 'llvmpipe (LLVM 15.0.7, 256 bits)' }))).to.deep.equal({
      name: 'llvmpipe',
      software: true,
    });
    expect(describeAdapter(info({ device: 'Microsoft Basic Render Driver' })).software).to.equal(true);
    expect(describeAdapter(info({ vendor: 'x', isFallbackAdapter: true }))).to.deep.equal({
      name: 'x',
      software: true,
    });
  });

  it('uses the fullest name there is', () => {
    expect(
      describeAdapter(info({ vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100' })),
    ).to.deep.equal({
      name: 'NVIDIA H100',
      software: false,
    });
    expect(describeAdapter(info({ vendor: 'apple', architecture: 'metal-3' })).name).to.equal('apple metal-3');
    expect(describeAdapter(info({})).name).to.equal('unnamed adapter');
  });
});

describe('capabilitiesOf', () => {
  it('tells kinds of adapters by their vendors, and software by its name', () => {
    const kind = (fields: Partial<GPUAdapterInfo>): string => capabilitiesOf(info(fields), new Set()).adapter;
    expect(kind({ vendor: 'nvidia', architecture: 'hopper' })).to.equal('discrete');
    expect(kind({ vendor: 'apple', architecture: 'metal-3' })).to.equal('integrated');
    expect(kind({})).to.equal('integrated');
    expect(kind({ vendor: 'google', architecture: 'swiftshader' })).to.equal('software');
  });

  it('asks the device for subgroups', () => {
    expect(capabilitiesOf(info({}), new Set(['subgroups'])).subgroups).to.equal(true);
    expect(capabilitiesOf(info({}), new Set()).subgroups).to.equal(false);
  });
});

describe('openDevice', () => {
  it('asks for all that the adapter offers', async () => {
    const adapter = (await navigator.gpu.requestAdapter())!;
    const gpu = await openDevice();
    expect(gpu.device.limits.maxStorageBufferBindingSize).to.equal(adapter.limits.maxStorageBufferBindingSize);
    expect(gpu.device.limits.maxBufferSize).to.equal(adapter.limits.maxBufferSize);
    expect(gpu.device.features.has('timestamp-query')).to.equal(adapter.features.has('timestamp-query'));
    expect(gpu.adapter.name).to.be.a('string');
    gpu.close();
  });

  it('says what is missing and what to do', async () => {
    const open = (gpu: unknown): Promise<Error> =>
      withProperty(navigator, 'gpu', gpu, () => rejection(UnsupportedEnvironmentError, openDevice));
    expect((await open(undefined)).message).to.match(/no WebGPU.*navigator\.gpu.*Chrome/);
    const blind = { requestAdapter: () => Promise.resolve(null) };
    expect((await open(blind)).message).to.match(/no GPU adapter.*hardware acceleration/);
  });

  /** An adapter like the real one, with some properties of its own. */
  async function adapterWith(own: object): Promise<GPU> {
    const real = (await navigator.gpu.requestAdapter())!;
    const { limits, features, info } = real;
    const requestDevice = (description: GPUDeviceDescriptor): Promise<GPUDevice> => real.requestDevice(description);
    return {
      requestAdapter: () => Promise.resolve({ limits, features, info, requestDevice, ...own }),
    } as unknown as GPU;
  }

  const refused = (gpu: unknown): Promise<UnsupportedEnvironmentError> =>
    withProperty(navigator, 'gpu', gpu, () =>
      rejection(UnsupportedEnvironmentError, () => openDevice(noCounters(), 50)),
    );

  it('says in words what the browser refuses, whether it rejects or throws', async () => {
    const reason = new DOMException('Unable to instantiate a Device', 'OperationError');
    const throws = (): never => {
      throw reason;
    };
    const rejects = (): Promise<never> => Promise.reject(reason);
    for (const refusal of [throws, rejects]) {
      for (const gpu of [{ requestAdapter: refusal }, await adapterWith({ requestDevice: refusal })]) {
        const { message, cause } = await refused(gpu);
        expect(message).to.match(/could not open the GPU.*got Unable to instantiate a Device\. .*restart the browser/);
        expect(cause).to.equal(reason);
      }
    }
  });

  it('does not wait forever, and lets go of a device that comes too late', async () => {
    const never = (): Promise<never> => new Promise<never>(() => undefined);
    for (const gpu of [{ requestAdapter: never }, await adapterWith({ requestDevice: never })]) {
      expect((await refused(gpu)).message).to.match(/does not answer; expected an? \w+ within 0\.05 s/);
    }
    let late: Promise<GPUDevice> | undefined;
    const real = (await navigator.gpu.requestAdapter())!;
    const requestDevice = (): Promise<GPUDevice> =>
      (late = new Promise((resolve) => setTimeout(resolve, 100)).then(() => real.requestDevice()));
    await refused(await adapterWith({ requestDevice }));
    expect((await (await late!).lost).reason).to.equal('destroyed');
  });

  it('tells a GPU from what only looks like one, and from none', async () => {
    const offering = async (requestAdapter: () => unknown): Promise<boolean> => {
      const own = Object.getOwnPropertyDescriptor(navigator, 'gpu');
      Object.defineProperty(navigator, 'gpu', { configurable: true, value: { requestAdapter } });
      try {
        return await hasHardwareAdapter();
      } finally {
        if (own) Object.defineProperty(navigator, 'gpu', own);
        else Reflect.deleteProperty(navigator, 'gpu');
      }
    };
    const adapter = (info: Partial<GPUAdapterInfo>) => () => Promise.resolve({ info });
    expect(await offering(adapter({ vendor: 'nvidia', architecture: 'hopper' }))).to.equal(true);
    expect(await offering(adapter({ description: 'SwiftShader Device' }))).to.equal(false);
    expect(await offering(adapter({ isFallbackAdapter: true }))).to.equal(false);
    expect(await offering(() => Promise.resolve(null))).to.equal(false);
    expect(await offering(() => Promise.reject(new TypeError('no')))).to.equal(false);
    expect(await offering(() => new Promise(() => undefined)), 'it does not answer').to.equal(false);
  });

  it('takes a browser that hides WebGPU for one without', async () => {
    const own = Object.getOwnPropertyDescriptor(navigator, 'gpu');
    const hidden = {
      configurable: true,
      get: () => {
        throw new DOMException('hidden', 'SecurityError');
      },
    };
    Object.defineProperty(navigator, 'gpu', hidden);
    try {
      expect(await hasHardwareAdapter()).to.equal(false);
      expect((await rejection(UnsupportedEnvironmentError, openDevice)).message).to.contain('no WebGPU');
    } finally {
      if (own) Object.defineProperty(navigator, 'gpu', own);
      else Reflect.deleteProperty(navigator, 'gpu');
    }
  });

  it('refuses an adapter below what all have, and takes one that says nothing of itself', async () => {
    const { limits } = (await navigator.gpu.requestAdapter())!;
    const small = new Proxy(limits, {
      get: (all, name) =>
        name === 'maxComputeWorkgroupStorageSize' ? 4096 : (all[name as keyof GPUSupportedLimits] as unknown),
    });
    expect((await refused(await adapterWith({ limits: small }))).message).to.match(
      /^maxComputeWorkgroupStorageSize: the GPU adapter is too small; expected at least 16384; got 4096/,
    );
    const gpu = await withProperty(navigator, 'gpu', await adapterWith({ info: undefined }), () => openDevice());
    expect(gpu.adapter).to.deep.equal({ name: 'unnamed adapter', software: false });
    gpu.close();
  });

  it('says that a device was lost as soon as it was there', async () => {
    const real = (await navigator.gpu.requestAdapter())!;
    const requestDevice = async (): Promise<GPUDevice> => {
      const device = await real.requestDevice();
      device.destroy();
      await device.lost;
      return device;
    };
    const gpu = await adapterWith({ requestDevice });
    const { message } = await withProperty(navigator, 'gpu', gpu, () => rejection(DeviceLostError, openDevice));
    expect(message).to.contain('the GPU device was lost');
  });
});

describe('Gpu', () => {
  it('rejects what waits when the device is lost', async () => {
    const gpu = await openDevice();
    const buffer = gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const waiting = [new Promise(() => undefined), buffer.mapAsync(GPUMapMode.READ)].map((promise) =>
      rejection(DeviceLostError, () => gpu.guard(promise)),
    );
    gpu.device.destroy();
    const lost = await gpu.whenLost;
    expect(await Promise.all(waiting)).to.deep.equal([lost, lost]);
    expect(await rejection(DeviceLostError, () => gpu.guard(Promise.resolve(1)))).to.equal(lost);
    expect(() => {
      gpu.throwIfLost();
    }).to.throw(DeviceLostError);
  });

  it('passes other results and errors on', async () => {
    const gpu = await openDevice();
    expect(await gpu.guard(Promise.resolve(3))).to.equal(3);
    const error = new Error('other');
    expect(await rejection(Error, () => gpu.guard(Promise.reject(error)))).to.equal(error);
    gpu.close();
  });

  it('keeps errors that no scope caught until somebody asks', async () => {
    const gpu = await openDevice();
    gpu.throwUncaptured();
    gpu.device.createBuffer({ label: 'wrong', size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await gpu.device.queue.onSubmittedWorkDone();
    expect(() => {
      gpu.throwUncaptured();
    }).to.throw(ShaderError, 'the GPU refused a command');
    gpu.throwUncaptured();
    gpu.close();
  });
});
