// npm run build: the npm package in dist/, with declarations, and the single file for a script tag.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  const [{ build }, { library, cdn, umap }, { BUNDLED_LIST, foldersOf, LICENCES, licencesText }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./licences.mjs'),
  ]);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const bundles = await Promise.all([library(), cdn(), umap()].map(build));
  const folders = await foldersOf(bundles.map(({ metafile }) => metafile));
  writeFileSync(join(root, LICENCES), licencesText(folders));
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, BUNDLED_LIST), JSON.stringify(folders));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
});
