/** Registers every element. */
export { CnnActivations } from './cnn-activations/cnn-activations.ts';
export { CnnFrameEvent } from './cnn-activations/cnn-frame-event.ts';
export { CnnAdversarial } from './cnn-adversarial/cnn-adversarial.ts';
export { CnnBench } from './cnn-bench/cnn-bench.ts';
export { CnnClassModel } from './cnn-class-model/cnn-class-model.ts';
export { CnnDream } from './cnn-dream/cnn-dream.ts';
export { CnnEmbedding } from './cnn-embedding/cnn-embedding.ts';
export { CnnFeature } from './cnn-feature/cnn-feature.ts';
export { CnnFilters } from './cnn-filters/cnn-filters.ts';
export { CnnGraph } from './cnn-graph/cnn-graph.ts';
export { CnnInversion } from './cnn-inversion/cnn-inversion.ts';
export { CnnOcclusion } from './cnn-occlusion/cnn-occlusion.ts';
export { CnnSaliency } from './cnn-saliency/cnn-saliency.ts';
export { CnnStyle } from './cnn-style/cnn-style.ts';
export { CnnTopPatches } from './cnn-top-patches/cnn-top-patches.ts';
export { CnnTraining } from './cnn-training/cnn-training.ts';
