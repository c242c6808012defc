import type { ShaderSource } from '../../shaders/source.ts';
import { shaderOf } from '../../shaders/table.ts';
import { ShaderError } from '../errors.ts';
import type { Gpu } from './device.ts';
import { expand } from './expand.ts';

export type ShaderSettings = Readonly<Record<string, number>>;

/** A shader compiled with its constants, and what a launch must know of it. */
export interface Kernel {
  /** Shader id. */
  readonly id: string;
  readonly source: ShaderSource;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly workgroupSize: readonly [number, number, number];
  /** Reads the number of workgroups, so a long one-dimensional launch may fold into y. */
  readonly foldable: boolean;
}

/** The compiled shaders of a device, one for each id and set of constants. */
export class Pipelines {
  readonly #gpu: Gpu;
  readonly #shaderOf: typeof shaderOf;
  readonly #kernels = new Map<string, Promise<Kernel>>();

  /** Tests give their own shaders. */
  constructor(gpu: Gpu, find: typeof shaderOf = shaderOf) {
    this.#gpu = gpu;
    this.#shaderOf = find;
  }

  /** Compiles on first use; callers that ask meanwhile share the compilation. Throws {@link ShaderError}. */
  get(id: string, settings: ShaderSettings = {}): Promise<Kernel> {
    const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([id, sorted]);
    const known = this.#kernels.get(key);
    if (known) return known;
    const { counters } = this.#gpu;
    const kernel = this.#compile(id, settings);
    this.#kernels.set(key, kernel);
    counters.pipelines++;
    kernel.catch(() => {
      if (this.#kernels.get(key) !== kernel) return;
      this.#kernels.delete(key);
      counters.pipelines--;
    });
    return kernel;
  }

  clear(): void {
    this.#gpu.counters.pipelines -= this.#kernels.size;
    this.#kernels.clear();
  }

  async #compile(id: string, settings: ShaderSettings): Promise<Kernel> {
    const { device } = this.#gpu;
    const source = await this.#shaderOf(id);
    if (!source) throw new ShaderError(`there is no shader "${id}"`, { remedy: 'Run `npm run shaders`.' });
    // An expansion takes some ms: those of a graph are not to be one long task.
    await new Promise((resolve) => setTimeout(resolve));
    const { code, lines, constants } = expand(source.source, settings, (path) => importOf(source, path), `${id}.wgsl`);

    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label: id, code });
    const moduleError = device.popErrorScope();

    const overrides = constants.filter(({ kind, name }) => kind === 'override' && settings[name] !== undefined);
    const layout = device.createBindGroupLayout({
      entries: source.bindings.map(([, access], binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: access === 'uniform' ? 'uniform' : access === 'read' ? 'read-only-storage' : 'storage' },
      })),
    });
    const pipeline = device.createComputePipelineAsync({
      label: id,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module,
        entryPoint: 'main',
        constants: Object.fromEntries(overrides.map(({ name }) => [name, settings[name]!])),
      },
    });
    pipeline.catch(() => undefined); // awaited below, after the module's own errors

    if (await this.#gpu.guard(moduleError)) {
      const { messages } = await this.#gpu.guard(module.getCompilationInfo());
      const { compilationError } = await import('./compilation-error.ts');
      throw compilationError(`shaders/${id}.wgsl`, messages, lines);
    }
    const values = new Map(constants.map(({ name, default: value }) => [name, settings[name] ?? value]));
    const [x, y, z] = source.workgroupSize.map((size) => (typeof size === 'number' ? size : values.get(size)!));
    try {
      return {
        id,
        source,
        pipeline: await this.#gpu.guard(pipeline),
        layout,
        workgroupSize: [x!, y!, z!],
        foldable: code.includes('num_workgroups'),
      };
    } catch (cause) {
      if (this.#gpu.lost) throw cause;
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new ShaderError('the pipeline could not be made', { where: `shaders/${id}.wgsl`, got, cause });
    }
  }
}

function importOf({ imports }: ShaderSource, path: string): string {
  const text = Object.hasOwn(imports, path) ? imports[path] : undefined;
  if (text === undefined) throw new ShaderError(`there is no shaders/${path}`);
  return text;
}
