// What does a layer make of it? Of a channel: 'fire5:17'.
import { activation, draw, loadModel } from 'unpool';

const model = await loadModel('squeezenet1.1');
const canvas = document.createElement('canvas');

const layer = await activation(model, 'bee.jpg', 'fire5');
draw(layer, canvas);
