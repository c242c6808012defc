// node scripts/page.mjs site/top-patches-index.ts > site/top-patches.json: the lists that the page of top patches ships, so
// that its readers see them at once.
import { corpusOfIndex, loadModel, topK } from '../src/index.ts';

declare function __exit(code: number): void;

const model = await loadModel('squeezenet1.1-fp16', { manifest: new URL('/models/models.json', location.href) });
const corpus = await corpusOfIndex(new URL('/site/corpus/index.json', location.href));
for await (const { index } of topK(model, corpus, { layers: ['fire2', 'fire5', 'fire9'] })) {
  if (index) console.log(JSON.stringify(index));
}
__exit(0);
