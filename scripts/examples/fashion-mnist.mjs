// node scripts/examples/fashion-mnist.mjs <folder>: makes models/fashion-mnist/*.gz from the files of Fashion-MNIST
// (github.com/zalandoresearch/fashion-mnist; /usr/share/datasets/fashion-mnist of the Debian package dataset-fashion-mnist): the
// first pictures of each class, in the order of the files.
import { join } from 'node:path';
import { main, root } from '../setup.mjs';
import { readIdx, writeIdx } from './idx.mjs';

const SIDE = 28;
const CLASSES = 10;
/** Pictures of each class. Together they are 1.4 MB. */
const PER_CLASS = { train: 240, t10k: 80 };

await main(() => {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('usage: node scripts/examples/fashion-mnist.mjs <folder with *-ubyte.gz>');
  let bytes = 0;
  for (const [set, perClass] of Object.entries(PER_CLASS)) {
    const [images, labels] = [`${set}-images-idx3-ubyte.gz`, `${set}-labels-idx1-ubyte.gz`];
    const pixels = readIdx(join(folder, images), 3);
    const classes = readIdx(join(folder, labels), 1);
    const seen = new Array(CLASSES).fill(0);
    const chosen = [...classes.keys()].filter((i) => seen[classes[i]]++ < perClass);
    const pictures = chosen.map((i) => pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
    const out = join(root, 'models/fashion-mnist');
    bytes += writeIdx(join(out, images), [chosen.length, SIDE, SIDE], Buffer.concat(pictures));
    bytes += writeIdx(join(out, labels), [chosen.length], Buffer.from(chosen.map((i) => classes[i])));
  }
  console.log(`${bytes.toLocaleString('en')} bytes in models/fashion-mnist`);
});
