// The figure of each element's page: attributes that show it at its best, with the pictures of the site.

const bee = { src: '{root}photos/european-honey-bee.jpg', alt: ['a honey bee on a flower', '停在花上的蜜蜂'] };
const cat = { src: '{root}photos/chelsea.jpg', alt: ['a tabby cat', '一只虎斑猫'] };
const corpus = { corpus: '{root}corpus/index.json' };
/** What takes long begins when a reader says so. */
const start = 'click';

/** By tag; words for readers are `[English, Chinese]`. */
export const EXAMPLES = {
  'cnn-activations': { ...bee, layer: 'fire2' },
  'cnn-adversarial': {
    src: '{root}photos/coffee.jpg',
    alt: ['a cup of coffee', '一杯咖啡'],
    target: 'tabby',
    start,
  },
  'cnn-bench': { start },
  'cnn-class-model': { target: 'bee', start },
  'cnn-dream': { ...cat, start },
  'cnn-embedding': { ...corpus, start },
  'cnn-feature': { channels: 'fire2: 3, 17', start },
  'cnn-filters': { layer: 'conv1' },
  'cnn-graph': { layer: 'conv1' },
  'cnn-inversion': { ...cat, layers: 'conv1, fire5, fire9', layer: 'fire5', start },
  'cnn-mechanism': { ...bee, step: '12' },
  'cnn-occlusion': { ...bee, size: '48', stride: '24', start },
  'cnn-saliency': { ...bee, method: 'guided-backprop' },
  'cnn-style': {
    ...cat,
    painting: '{root}photos/citrus-fruits.jpg',
    'painting-alt': ['halved oranges, lemons and limes', '切开的橙子、柠檬和青柠'],
    'style-weight': '100',
    start,
  },
  'cnn-top-patches': { ...corpus, index: '{root}top-patches.json', layer: 'fire5', channels: '244, 195, 208' },
  'cnn-trainer': {},
  'cnn-training': { recording: 'fashion-mnist' },
};
