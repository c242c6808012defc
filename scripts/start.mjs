// npm start: installs what is missing, bundles the site and serves it; edits of code and shaders are bundled again.
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  const [{ context }, { site }, { serve }] = await Promise.all([
    import('esbuild'),
    import('../esbuild.config.mjs'),
    import('./serve.mjs'),
  ]);
  // A page that is opened before the first bundle is there stays dead: nobody hears of the page until then.
  let tell;
  const bundled = new Promise((resolve) => (tell = resolve));
  const firstBundle = {
    name: 'first-bundle',
    setup: ({ onEnd }) => onEnd(({ errors }) => void (errors.length === 0 && tell())),
  };
  const { plugins, ...options } = site({ later: true });
  const bundler = await context({ ...options, plugins: [...plugins, firstBundle], logLevel: 'info' });
  await bundler.watch();
  await bundled;
  const { url } = await serve(Number(process.env.PORT ?? 8000));
  console.log(`\nUnpool: ${url}/\n`);
});
