// What is in the picture?
import { classify, loadModel } from 'unpool';

const model = await loadModel('squeezenet1.1');

const [best] = await classify(model, 'bee.jpg');
console.log(best?.name, best?.probability);
