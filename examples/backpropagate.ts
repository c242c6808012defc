// Between any two layers, under any rules: what in fire5 speaks for the class, and what of the picture for that.
import { backpropagate, draw, loadModel } from 'unpool';

const model = await loadModel('squeezenet1.1');
const photo = await model.prepare('bee.jpg');
const canvas = document.createElement('canvas');

const upper = await backpropagate(model, photo, { from: 'bee', to: 'fire5' });
const lower = await backpropagate(model, photo, { from: 'fire5', start: upper.map });
draw(lower, canvas);

const [from, to, rules] = ['fire9:3', 'fire5', 'guided'] as const;
draw(await backpropagate(model, photo, { from, to, rules }), canvas);
