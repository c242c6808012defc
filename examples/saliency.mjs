// Which pixels speak for the class? In Node, without a GPU: node examples/saliency.mjs photo.jpg map.png
import { writeFile } from 'node:fs/promises';
import { classify, loadModel, paint, saliency, toPng } from 'unpool';

const [photo, file] = process.argv.slice(2);
const model = await loadModel('squeezenet1.1');
const sample = await model.prepare(photo);

const [best] = await classify(model, sample);
const map = await saliency(model, sample, { target: best.id });
await writeFile(file, (await toPng(paint(map).picture)).stream());
console.log(`${file} shows why ${photo} is a ${best.name} (${Math.round(best.probability * 100)} %)`);
model.dispose();
