/**
 * Unpool: convolutional networks in the page, and what they see. For people with a model and a question; what only the
 * elements need is in `internal.ts`.
 */

/** Networks and pictures: load one, ask what it consists of, prepare a picture once for several questions. */
export { loadModel, type LoadOptions } from './engine/load.ts';
export { setModelBase } from './bundled.ts';
export { Model, type Sample, type SampleSource } from './engine/model.ts';
export { loadImage, type ImageSource } from './models/image.ts';
export type { Layer } from './graph/layers.ts';
export type { Preprocessing } from './models/manifest.ts';
export type { Picture } from './models/picture.ts';
export { float32, type Tensor } from './tensor/tensor.ts';

/** What it sees: classes and activations. A unit may be written "layer:channel" wherever one is asked for. */
export { classify, type Prediction } from './methods/classify.ts';
export { activation } from './methods/activation.ts';
export { type Target, type UnitTarget } from './methods/parts/target.ts';

/** Why: signals sent back to the picture, or to any layer. */
export { saliency, reduceChannels } from './methods/attribution/saliency.ts';
export { gradient } from './methods/attribution/gradient.ts';
export { guidedBackprop } from './methods/attribution/guided-backprop.ts';
export { deconvnet } from './methods/attribution/deconvnet.ts';
export {
  backpropagate,
  type Attribution,
  type AttributionOptions,
  type BackpropagateOptions,
} from './methods/parts/backpropagate.ts';
export { attributionMethods } from './methods/attribution/table.ts';
export { RULES } from './graph/differentiate.ts';
export type { Rules, RuleSet } from './ir/op.ts';

/** What matters: parts of the picture hidden one after another. */
export { occlusion, type Occlusion, type OcclusionOptions } from './methods/occlusion.ts';

/** What it would like to see: images that grow. The last image at once, or each on the way; from published settings or parts. */
export { render } from './methods/render.ts';
export { classModel, type PresetOptions } from './methods/class-model.ts';
export { featureVisualisation } from './methods/feature-visualisation.ts';
export { invert, type InversionOptions } from './methods/invert.ts';
export { deepDream, type DreamOptions } from './methods/deep-dream.ts';
export { styleTransfer, type StyleOptions } from './methods/style-transfer.ts';
export { synthesize, DivergedError, type Snapshot, type SynthesisOptions } from './methods/synthesize.ts';
export { presets, type PresetName } from './methods/presets.ts';
export * as objectives from './methods/parts/objectives.ts';
export * as parametrisations from './methods/parts/parametrisations.ts';
export * as transforms from './methods/parts/transforms.ts';
export * as optimisers from './methods/parts/optimisers.ts';
export * as penalties from './methods/parts/penalties.ts';
export * as constraints from './methods/parts/constraints.ts';

/** How it is fooled. */
export { adversarial, smallestEpsilon, type Adversarial, type AdversarialOptions } from './methods/adversarial.ts';
export { universalNoise } from './methods/universal-noise.ts';

/** What it is made of: layers, filters, what a unit sees, time. */
export { diagram } from './methods/diagram.ts';
export { filters, type Filters } from './methods/filters.ts';
export { receptiveField } from './graph/receptive-field.ts';
export { layerTimes } from './engine/layer-times.ts';

/** Many pictures: which excite a channel most, codes, and maps of them. */
export { Corpus, corpusOfFiles, corpusOfIndex, corpusOfUrls } from './corpus/feed.ts';
export { topK } from './corpus/top-k.ts';
export { topPatches, type TopPatches } from './corpus/top-patches.ts';
export type { TopIndex } from './corpus/top-index.ts';
export { codesOf, type Codes } from './corpus/codes.ts';
export { nearest } from './corpus/nearest.ts';
export { principalComponents } from './methods/parts/principal-components.ts';
export { tsne, type Embedding } from './corpus/tsne.ts';
export { umap } from './corpus/umap.ts';

/** Numbers as pictures and files. */
export { draw, paint, type DrawOptions } from './methods/draw.ts';
export type { ColormapName } from './paint/colormaps.ts';
export { overlay } from './paint/overlay.ts';
export { toApng } from './paint/apng.ts';
export { toNpy } from './paint/npy.ts';
export { toPng } from './paint/png.ts';
export { toPicture } from './models/preprocess.ts';

/**
 * To extend it: networks as graphs, which are values, and operations, which say of themselves all that is needed of them.
 * `loadOps` first, where a graph is made by hand.
 */
export { importOnnx } from './onnx/import.ts';
export { graphBuilder, loadOps, registerOps } from './ops/registry.ts';
export { defineOp, type Op } from './ir/op.ts';
export * as dependence from './ir/dependence.ts';
export { differentiate } from './graph/differentiate.ts';
export { prune } from './graph/prune.ts';
export { halveWeights } from './graph/halve-weights.ts';
export type { Graph, Node, Value } from './ir/graph.ts';

/** Who computes. */
export { createCpuBackend } from './engine/cpu/backend.ts';
export { createReferenceBackend } from './engine/reference.ts';
export { createWebGpuBackend } from './engine/webgpu.ts';
export type { Backend } from './engine/backend.ts';

/** What may go wrong, each with a `code` and a message for people. */
export {
  ArgumentError,
  DeviceLostError,
  GpuOutOfMemoryError,
  ImageError,
  ModelFetchError,
  ModelFormatError,
  NonFiniteError,
  ShaderError,
  ShapeError,
  UnpoolError,
  UnsupportedEnvironmentError,
  UnsupportedOpError,
  UseAfterDisposeError,
} from './errors.ts';
