import { ShaderError } from '../errors.ts';
import { roundUp, upload, type BufferRange, type BufferSet } from './buffers.ts';
import { fromGpuError, type Gpu } from './device.ts';
import { packParams, paramsBytes, type ParamValues } from './params.ts';
import type { Kernel, ShaderSettings } from './pipelines.ts';

/** One launch with memory for its tensors. */
export interface Dispatch {
  readonly shader: string;
  readonly constants?: ShaderSettings;
  readonly params: ParamValues;
  /** Shader variable → memory. */
  readonly bindings: Readonly<Record<string, BufferRange>>;
  /** Invocations needed along x, y, z. */
  readonly threads: readonly [number, number, number];
}

/** A launch ready to be encoded any number of times. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** Every device aligns dynamic and static offsets of uniforms to at most this. */
const UNIFORM_ALIGNMENT = 256;

/**
 * Makes the bind groups and the parameters of launches, all in one uniform buffer that joins `owner`. `kernels[i]` is
 * the shader of `dispatches[i]`. Throws {@link ShaderError} where a launch does not fit its shader.
 */
export async function bind(
  gpu: Gpu,
  owner: BufferSet,
  kernels: readonly Kernel[],
  dispatches: readonly Dispatch[],
): Promise<Command[]> {
  const { device } = gpu;
  let uniformBytes = 0;
  const offsets = kernels.map(({ source }) => {
    const offset = uniformBytes;
    uniformBytes += roundUp(paramsBytes(source.params), UNIFORM_ALIGNMENT);
    return offset;
  });
  const values = new DataView(new ArrayBuffer(uniformBytes));
  for (const [i, { params }] of dispatches.entries()) {
    const { id, source } = kernels[i]!;
    packParams(values, offsets[i]!, source.params, params, id);
    checkBindings(kernels[i]!, dispatches[i]!);
  }
  const workgroups = dispatches.map(({ threads }, i) =>
    countWorkgroups(kernels[i]!, threads, device.limits.maxComputeWorkgroupsPerDimension),
  );
  const uniforms = owner.create('params', Math.max(uniformBytes, 16), GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  await owner.ready();
  upload(gpu, { buffer: uniforms, offset: 0, size: uniformBytes }, new Uint32Array(values.buffer));

  device.pushErrorScope('validation');
  const commands = dispatches.map(({ bindings }, i) => {
    const { id, source, layout, pipeline } = kernels[i]!;
    const params = { buffer: uniforms, offset: offsets[i]!, size: paramsBytes(source.params) };
    const entries = source.bindings.map(([name, access], binding) => ({
      binding,
      resource: access === 'uniform' ? params : bindings[name]!,
    }));
    const bindGroup = device.createBindGroup({ label: id, layout, entries });
    return { pipeline, bindGroup, workgroups: workgroups[i]! };
  });
  const error = await gpu.guard(device.popErrorScope());
  if (error) throw fromGpuError(error, 'bind groups');
  return commands;
}

/** The browser would report these without naming the launch, and only once it is submitted. */
function checkBindings({ id, source }: Kernel, { bindings }: Dispatch): void {
  const declared = source.bindings.filter(([, access]) => access !== 'uniform');
  const names = declared.map(([name]) => name);
  const missing = names.find((name) => !Object.hasOwn(bindings, name));
  const unknown = Object.keys(bindings).find((name) => !names.includes(name));
  if (missing !== undefined || unknown !== undefined) {
    throw new ShaderError('the bound tensors are not those of the shader', {
      where: id,
      expected: names.join(', '),
      got: Object.keys(bindings).join(', '),
    });
  }
  for (const [i, [a, access]] of declared.entries()) {
    for (const [b, other] of declared.slice(0, i)) {
      const [p, q] = [bindings[a]!, bindings[b]!];
      if (p.buffer !== q.buffer || (access === 'read' && other === 'read')) continue;
      const apart = p.offset + p.size <= q.offset || q.offset + q.size <= p.offset;
      if (access === other && apart) continue;
      throw new ShaderError(`"${b}" and "${a}" lie in one buffer and one of them is written`, { where: id });
    }
  }
}

/** Whole workgroups for a number of threads. Long one-dimensional launches fold into y (see shaders/lib/index.wgsl). */
export function countWorkgroups(
  { id, workgroupSize, foldable }: Pick<Kernel, 'id' | 'workgroupSize' | 'foldable'>,
  threads: Dispatch['threads'],
  limit: number,
): readonly [number, number, number] {
  const [x, y, z] = threads.map((n, axis) => Math.ceil(n / workgroupSize[axis]!)) as [number, number, number];
  if (x > limit && y === 1 && z === 1 && foldable) {
    const rows = Math.ceil(x / limit);
    if (rows <= limit) return [Math.ceil(x / rows), rows, 1];
  }
  if (Math.max(x, y, z) > limit) {
    throw new ShaderError('the launch has too many workgroups', {
      where: id,
      expected: `at most ${String(limit)} along an axis`,
      got: [x, y, z].join('×'),
    });
  }
  return [x, y, z];
}

/** Encodes launches into a pass. */
export function encode(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
  let current: GPUComputePipeline | undefined;
  for (const { pipeline, bindGroup, workgroups } of commands) {
    if (pipeline !== current) pass.setPipeline(pipeline);
    current = pipeline;
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroups);
  }
}
