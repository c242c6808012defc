import { expect } from 'chai';
import * as unpool from '../src/index.ts';
import { repositoryFile } from './goldens.ts';
import { relativeError } from './support/numbers.ts';

/** Runs an example as it is written, but for the addresses and for what would take minutes here. */
async function run(
  name: string,
  results: readonly string[],
  replaced: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  let source = (await (await fetch(repositoryFile(`examples/${name}.ts`))).text()).replaceAll('"', "'");
  const addresses = {
    "'bee.jpg'": `'${repositoryFile('site/photos/european-honey-bee.jpg').href}'`,
  };
  for (const [text, by] of Object.entries({ ...addresses, ...replaced })) source = source.replaceAll(text, by);
  // The server has made of "unpool" what the package says
  source = source.replace(/from '(unpool|[^']*dist\/index\.js)'/, `from '${repositoryFile('src/index.ts').href}'`);
  source += `\nexport { ${results.join()} };`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return (await import(url)) as Record<string, unknown>;
}

/** How many colours a canvas shows. */
function coloursOf(canvas: unknown): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  return new Set(new Uint32Array(data.buffer)).size;
}

const sizeOf = (canvas: unknown): readonly number[] => {
  const { width, height } = canvas as HTMLCanvasElement;
  return [width, height];
};

describe('examples', function () {
  this.timeout(180_000);

  it('classify a picture by its address', async () => {
    expect((await run('classify', ['best']))['best']).to.include({ name: 'bee' });
  });

  it('show what a layer makes of it', async () => {
    const { layer, canvas } = await run('activation', ['layer', 'canvas']);
    expect((layer as unpool.Tensor).shape).to.deep.equal([256, 27, 27]);
    expect(sizeOf(canvas)).to.deep.equal([16 * 28 - 1, 16 * 28 - 1]);
    expect(coloursOf(canvas)).to.be.above(100);
  });

  it('draw a saliency map', async () => {
    const { canvas } = await run('saliency', ['canvas']);
    expect(sizeOf(canvas)).to.deep.equal([224, 224]);
    expect(coloursOf(canvas)).to.be.above(100);
  });

  it('render a channel', async () => {
    const { image, canvas } = await run('render', ['image', 'canvas'], { "'fire5:17')": "'fire5:17', { steps: 8 })" });
    const { trace, step } = image as unpool.Snapshot;
    expect(step).to.equal(8);
    expect(trace.at(-1)).to.be.above(trace[0]!);
    expect(sizeOf(canvas)).to.deep.equal([224, 224]);
    expect(coloursOf(canvas)).to.be.above(100);
  });

  it('send signals back between any two layers, which follow each other', async () => {
    const { upper, lower, canvas } = (await run('backpropagate', ['upper', 'lower', 'canvas'])) as Record<
      string,
      unpool.Attribution
    >;
    expect(upper!.map.shape).to.deep.equal([256, 27, 27]);
    expect(lower!.map.shape).to.deep.equal([3, 224, 224]);
    const model = await unpool.loadModel('squeezenet1.1');
    const photo = repositoryFile('site/photos/european-honey-bee.jpg').href;
    const whole = await unpool.gradient(model, photo, { target: 'bee' });
    expect(relativeError(lower!.map.data, whole.map.data), 'all signals pass fire5').to.be.below(1e-5);
    expect(coloursOf(canvas)).to.be.above(50);
    model.dispose();
  });
});
