import { CnnSaliency, CnnTrainer, loadModel, saliency, type CnnLoadEvent } from 'unpool/unpool.min.js';

/** The script for a tag has the types of all that it exports, training apart. */
export async function map(figure: CnnSaliency): Promise<number> {
  figure.addEventListener('cnn-load', ({ model }: CnnLoadEvent) => {
    console.log(model.name);
  });
  // @ts-expect-error there is no such method
  figure.method = 'magic';
  const { map: tensor } = await saliency(await loadModel('squeezenet1.1'), 'bee.jpg');
  return tensor.data.length;
}

// @ts-expect-error this element is a file beside the script
void CnnTrainer;
