// node scripts/make-fashion-mnist.mjs <folder>: makes site/data/fashion-mnist-1000.{png,json} from the test files of
// Fashion-MNIST (github.com/zalandoresearch/fashion-mnist; /usr/share/datasets/fashion-mnist of the Debian package
// dataset-fashion-mnist): the first 100 pictures of each class, class after class, as one sheet of 40 × 25 tiles.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { readIdx } from './examples/idx.mjs';
import { main, root } from './setup.mjs';

const { classes: CLASSES } = JSON.parse(readFileSync(join(root, 'models/fashion-mnist/description.json'), 'utf8'));
const PER_CLASS = 100;
const SIDE = 28;
const COLUMNS = 40;

/** A PNG of 8-bit greys, rows from the top. */
function png(pixels, width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [data.length, crc32(body)].map((number) => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(number);
      return word;
    });
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits; all else 0: grey, deflate, no interlacing
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) pixels.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk('IDAT', deflateSync(rows, { level: 9 }));
  return Buffer.concat([signature, chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))]);
}

await main(() => {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('usage: node scripts/make-fashion-mnist.mjs <folder with t10k-*-ubyte.gz>');
  const images = readIdx(join(folder, 't10k-images-idx3-ubyte.gz'), 3);
  const labels = readIdx(join(folder, 't10k-labels-idx1-ubyte.gz'), 1);
  const chosen = CLASSES.flatMap((_, id) => [...labels.keys()].filter((i) => labels[i] === id).slice(0, PER_CLASS));
  const width = COLUMNS * SIDE;
  const height = Math.ceil(chosen.length / COLUMNS) * SIDE;
  const sheet = Buffer.alloc(width * height);
  for (const [tile, i] of chosen.entries()) {
    const [left, top] = [(tile % COLUMNS) * SIDE, Math.floor(tile / COLUMNS) * SIDE];
    for (let y = 0; y < SIDE; y++)
      images.copy(sheet, (top + y) * width + left, (i * SIDE + y) * SIDE, (i * SIDE + y + 1) * SIDE);
  }
  const description = {
    title: 'Fashion-MNIST, 1,000 of its test pictures',
    source: 'github.com/zalandoresearch/fashion-mnist',
    licence: 'MIT, Copyright 2017 Zalando SE',
    sheet: 'fashion-mnist-1000.png',
    tile: [SIDE, SIDE],
    classes: CLASSES,
    labels: chosen.map((i) => labels[i]),
  };
  const out = join(root, 'site/data');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, description.sheet), png(sheet, width, height));
  writeFileSync(join(out, 'fashion-mnist-1000.json'), `${JSON.stringify(description)}\n`);
  console.log(`${chosen.length} pictures in ${out}`);
});
