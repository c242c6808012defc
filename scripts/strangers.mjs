// npm run strangers [-- part …]: does with the built package what people do whom nobody told how: other networks, damaged
// files, strict policies, no GPU, paper. Prints a table of what is right and what is wrong; screenshots lie in
// build/screenshots. Parts: faults, policy, looks, no-gpu, long-tasks.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, setUp } from './setup.mjs';

/** Each has `check(url)`, which resolves to rows `{ name, right, detail }`; `url` is where the repository is served. */
const PARTS = {
  faults: () => import('./strangers/faults.mjs'),
  policy: () => import('./strangers/policy.mjs'),
  looks: () => import('./strangers/looks.mjs'),
  'no-gpu': () => import('./strangers/no-gpu.mjs'),
  'long-tasks': () => import('./strangers/long-tasks.mjs'),
};

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((part) => !(part in PARTS));
  if (unknown) throw new Error(`there is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}`);
  await setUp();
  const { serve } = await import('./serve.mjs');
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
  mkdirSync(join(root, 'build/screenshots'), { recursive: true });
  const server = await serve();
  const rows = [];
  try {
    for (const [part, load] of Object.entries(PARTS)) {
      if (wanted.length > 0 && !wanted.includes(part)) continue;
      const { check } = await load();
      console.log(`\n— ${part}`);
      for (const row of await check(server.url)) {
        rows.push(row);
        console.log(`${row.right ? 'right' : 'WRONG'}  ${row.name}: ${row.detail}`);
      }
    }
  } finally {
    server.close();
  }
  const wrong = rows.filter(({ right }) => !right);
  if (wrong.length > 0) console.log(`\nwrong: ${wrong.map(({ name }) => name).join(', ')}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
  console.log(`\n${rows.length - wrong.length} passed, ${wrong.length} failed`);
});
