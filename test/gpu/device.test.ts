import { expect } from 'chai';
import { DeviceLostError, ShaderError, UnsupportedEnvironmentError } from '../../src/errors.ts';
import { capabilitiesOf, describeAdapter, openDevice } from '../../src/gpu/device.ts';
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
