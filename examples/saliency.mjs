// Which pixels speak for the class? In Node, without a GPU: node examples/saliency.mjs photo.jpg map.png
import { writeFile } from 'node:fs/promises';
import { classify, createCpuBackend, loadModel, paint, saliency, toPng } from 'unpool';

const [photo, file] = process.argv.slice(2);
const model = await loadModel('squeezenet1.1', { backend: await createCpuBackend() });
const sample = await model.prepare(photo);

const [best] = await classify(model, sample);
const { picture } = paint(await saliency(model, sample, { target: best.id }));
await writeFile(file, new Uint8Array(await (await toPng(picture)).arrayBuffer()));
console.log(`${file}: why ${photo} is a ${best.name} (${Math.round(best.probability * 100)} %)`);
