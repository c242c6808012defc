// What is in the picture?
import { classify, loadModel } from 'unpool';

const model = await loadModel('squeezenet1.1');
export const [best] = await classify(model, 'bee.jpg');
