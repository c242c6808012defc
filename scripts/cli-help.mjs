// node scripts/cli-help.mjs, after a build: writes the help texts of the command line to test/fixtures/cli/, to be looked at and committed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const FOLDER = join(root, 'test/fixtures/cli');

const say = (...args) =>
  execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...args, '--help'], { encoding: 'utf8' });

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const all = say();
writeFileSync(join(FOLDER, 'unpool.txt'), all);
for (const [, name] of all.matchAll(/^ {2}([a-z][a-z-]+)(?= |$)/gm))
  writeFileSync(join(FOLDER, `${name}.txt`), say(name));
