// npm start: installs what is missing, bundles the site and serves it; edits of code and shaders are bundled again.
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  const [{ context }, { site }, { serve }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
  ]);
  const bundler = await context({ ...site(), logLevel: 'info' });
  await bundler.watch();
  const { url } = await serve(Number(process.env.PORT ?? 8000));
  console.log(`\nUnpool: ${url}/\n`);
});
