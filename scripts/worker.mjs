// What of a build is one file without chunks, beside the others: the Workers, so that they also start from a copy of their
// text where a page is at another origin (src/work/open-worker.ts); and the code of the CPU's Worker for pages that can have
// no Worker, which would else cut the files that every page needs into pieces.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './rollup.mjs';

/** File → its source. */
const SINGLE = {
  'worker.js': 'src/worker.ts',
  'cpu-worker.js': 'src/cpu-worker.ts',
  'cpu-more.js': 'src/engine/cpu/more.ts',
  'cpu-host.js': 'src/engine/cpu/local-host.ts',
};

/** Where a module of the sources is such a file in a build. */
const HOST = /\/local-host\.ts$/;

/** The text of one. */
export async function singleFile(name) {
  const { output } = await (await bundle(SINGLE[name])).generate();
  return output[0].code;
}

/** Writes all of them. */
export async function writeSingleFiles(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(SINGLE)) writeFileSync(join(folder, name), await singleFile(name));
}

/** For builds with an `outdir`: writes them there. */
export const singleFilesPlugin = () => ({
  name: 'single files',
  setup({ initialOptions: { outdir }, onResolve, onEnd }) {
    onResolve({ filter: HOST }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './cpu-host.js', external: true } : undefined,
    );
    onEnd(() => writeSingleFiles(outdir));
  },
});
