// Compiles every kernel in naga, the other WGSL implementation (Firefox): what Chromium's Tint forgives, naga may not.
// Started by Node, it starts itself again in Deno, whose WebGPU is naga, with the expanded kernels on standard input.
import { join } from 'node:path';
import process from 'node:process';
import { root } from './setup.mjs';

/** In Deno. `kernels`: [{ id, code, lines }]; returns messages that name the place in the .wgsl files. */
async function compile(kernels) {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('Deno finds no Vulkan driver');
  const device = await adapter.requestDevice();
  const faults = [];
  for (const { id, code, lines } of kernels) {
    device.pushErrorScope('validation');
    const shader = device.createShaderModule({ code, label: id });
    const [error, { messages }] = await Promise.all([device.popErrorScope(), shader.getCompilationInfo()]);
    if (!error) continue;
    const origin = lines[messages[0]?.lineNum - 1];
    faults.push(`shaders/${origin ? `${origin.file}:${origin.line}` : `${id}.wgsl`}: ${error.message.trim()}`);
  }
  device.destroy();
  return faults;
}

async function startDeno() {
  const [{ expandAll }, { vulkanEnvironment }, { spawnSync }] = await Promise.all([
    import('./shaders.mjs'),
    import('./browser.mjs'),
    import('node:child_process'),
  ]);
  const { kernels } = await expandAll();
  // naga does not know this extension yet; such a kernel has a twin without it.
  const known = kernels.filter(({ code }) => !/^\s*enable\s+subgroups/m.test(code));
  const deno = join(root, 'node_modules/deno/bin.cjs');
  const { status, error } = spawnSync(
    process.execPath,
    [deno, 'run', '--allow-all', '--no-config', import.meta.filename],
    {
      env: vulkanEnvironment(),
      input: JSON.stringify(known),
      stdio: ['pipe', 'inherit', 'inherit'],
    },
  );
  if (error) throw error;
  console.log(`${known.length} of ${kernels.length} kernels are for naga`);
  return status;
}

async function readInput() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
}

if (globalThis.Deno) {
  const faults = await compile(await readInput());
  for (const fault of faults) console.log(fault);
  process.exit(faults.length ? 1 : 0);
}
process.exitCode = await startDeno();
