// npm run build: the npm package in dist/, with declarations, and the script for a tag.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  const [{ pruneDeclarations }, { buildLibrary }, { buildScript }, licences, { writeManifest }] = await Promise.all([
    import('./declarations.mjs'),
    import('./library.mjs'),
    import('./script.mjs'),
    import('./licences.mjs'),
    import('./manifest.mjs'),
  ]);
  const { BUNDLED_LIST, foldersOf, LICENCES, licencesText } = licences;
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const modules = await Promise.all([buildScript(), buildLibrary()]);
  const folders = await foldersOf(modules.flat());
  writeFileSync(join(root, LICENCES), licencesText(folders));
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, BUNDLED_LIST), JSON.stringify(folders));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  writeManifest();
  await pruneDeclarations();
});
