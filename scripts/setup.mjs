// What every command needs first on a fresh clone: the packages, then the generated modules. Until the packages
// are there, only Node's own modules can be imported.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

export async function setUp() {
  // npm writes node_modules/.package-lock.json at the end of an installation.
  if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
    console.log('Installing packages…');
    execFileSync('npm', ['ci', '--no-fund', '--no-audit'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
  }
  const [{ writeShaders }, { writeVendored }, { writeKernels }] = await Promise.all([
    import('./shaders.mjs'),
    import('./vendor.mjs'),
    import('./kernels.mjs'),
  ]);
  await Promise.all([writeShaders(), writeVendored(), writeKernels()]);
}

/** For the top level of a script: a fault is a message, not a stack. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
