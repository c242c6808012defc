import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError } from '../../src/internal.ts';
import { command, UsageError, type Command, type Values } from '../command.ts';
import { number, READING_OPTIONS, text } from '../options.ts';
import { attribute, escaped } from '../render/edit.ts';
import { serve, type Routes } from '../server.ts';

/** Where unpool.min.js and the networks lie: dist/ is below. */
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

const OPTIONS = {
  ...READING_OPTIONS,
  picture: text('file', 'a picture to begin with; in the page others are chosen'),
  port: number('number', 'where it listens, on this computer only; the next free one from there on', 8000),
  site: text('folder', 'what "npm run site" has built: its studio is opened instead'),
} as const;

export const serveCommand: Command = command({
  name: 'serve',
  summary: 'Opens a network in a page on this computer, with its graph, filters, activations and why it decides',
  operand: '[model]',
  options: OPTIONS,
  examples: ['serve net.onnx --labels labels.json --picture bee.jpg', 'serve net.onnx --site build/site'],
  run: async (values, [model = 'squeezenet1.1'], { signal, say }) => {
    const isFile = existsSync(model);
    if (!isFile && /\.onnx$/i.test(model) && !URL.canParse(model))
      throw new ArgumentError(`there is no file "${model}"`);
    for (const name of ['picture', 'labels', 'site'] as const) {
      const file = values[name];
      if (file !== undefined && !existsSync(file)) throw new UsageError(`--${name}: there is no "${file}"`);
    }
    const routes: Routes = {
      ...(isFile && { '/network/': dirname(resolve(model)) }),
      ...(values.picture !== undefined && { '/picture/': dirname(resolve(values.picture)) }),
      ...(values.labels !== undefined && { '/labels/': dirname(resolve(values.labels)) }),
      ...(values.site === undefined
        ? { '/dist/': join(PACKAGE, 'dist'), '/models/': join(PACKAGE, 'models') }
        : { '/': resolve(values.site) }),
    };
    const address = isFile ? addressOf('network', model) : model;
    const { url, closed } = await serve(
      values.port,
      routes,
      values.site === undefined ? { '/': pageOf(address, values) } : {},
      signal,
    );
    const opened = values.site === undefined ? url : `${url}studio.html#${studioState(url, address, values)}`;
    say({ lines: [`${model} is at ${opened}`, 'Ctrl-C ends it'], json: { address: opened } });
    await closed;
    return undefined;
  },
});

type OptionValues = Values<typeof OPTIONS>;

const addressOf = (route: string, file: string): string => `/${route}/${encodeURIComponent(basename(file))}`;

/** What stands behind # in the studio's address. */
function studioState(url: string, model: string, { preprocessing, labels, picture }: OptionValues): string {
  const whole = (address: string): string => new URL(address, url).href;
  const state = new URLSearchParams({ model: model.startsWith('/') ? whole(model) : model });
  if (preprocessing !== undefined) state.set('preprocessing', preprocessing);
  if (labels !== undefined) state.set('labels', whole(addressOf('labels', labels)));
  if (picture !== undefined) state.set('picture', whole(addressOf('picture', picture)));
  return state.toString();
}

/** A page with figures of the network, which follow its graph. */
function pageOf(model: string, { picture, labels, ...reading }: OptionValues): string {
  const { preprocessing, logits, head } = reading;
  const network = attributes({
    model,
    labels: labels && addressOf('labels', labels),
    preprocessing,
    logits,
    head,
  });
  const src = attributes({ src: picture && addressOf('picture', picture) });
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <meta name="color-scheme" content="light dark" />
  <link rel="icon" href="data:," />
  <title>${escaped(basename(model))} · Unpool</title>
  <script type="module" src="/dist/unpool.min.js"></script>
  <h1>${escaped(decodeURIComponent(basename(model)))}</h1>
  <h2>Layers</h2>
  <cnn-graph${network} for="activations filters saliency"></cnn-graph>
  <h2>What it makes of a picture</h2>
  <cnn-activations id="activations"${network}${src}></cnn-activations>
  <h2>Filters</h2>
  <cnn-filters id="filters"${network}></cnn-filters>
  <h2>Why</h2>
  <cnn-saliency id="saliency"${network}${src}></cnn-saliency>
  <h2>What matters</h2>
  <cnn-occlusion${network}${src} start="click"></cnn-occlusion>
</html>
`;
}

function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${attribute(name, value)}`))
    .join('');
}
