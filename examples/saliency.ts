// Which pixels speak for the class?
import { draw, loadModel, saliency } from 'unpool';

const model = await loadModel('squeezenet1.1');
const canvas = document.createElement('canvas');

draw(await saliency(model, 'bee.jpg'), canvas);
