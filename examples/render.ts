// What does a channel look for? The last image, 512 steps later.
import { draw, loadModel, render } from 'unpool';

const model = await loadModel('squeezenet1.1');
const canvas = document.createElement('canvas');

const image = await render(model, 'fire5:17');
draw(image, canvas);
