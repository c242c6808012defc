/** Unpool: convolutional networks in the page, and what they see. */
export * from './errors.ts';
export { checkChoice, checkNumber, checkWhole, shown } from './check.ts';
export { MAX_CHANNELS, MAX_LAYERS } from './limits.ts';
export { float32, tensor, type DType, type Tensor } from './tensor/tensor.ts';
export type { Shape } from './tensor/shape.ts';
export type { Graph, Node, Value } from './ir/graph.ts';
export type { Rules, RuleSet } from './ir/op.ts';
export { differentiate, RULES } from './graph/differentiate.ts';
export { halveWeights } from './graph/halve-weights.ts';
export { type Layer } from './graph/layers.ts';
export { receptiveField, type FieldBox, type Unit } from './graph/receptive-field.ts';
export { importOnnx } from './onnx/import.ts';
export type { Label } from './models/labels.ts';
export { loadImage, type ImageSource } from './models/image.ts';
export { setModelBase } from './bundled.ts';
export { fetchModelFiles, type ModelFiles, type ModelFilesOptions } from './models/model-files.ts';
export {
  HEAD_KINDS,
  loadManifest,
  parsePreprocessing,
  PREPROCESSING_PRESETS,
  type HeadKind,
  type Preprocessing,
} from './models/manifest.ts';
export { toImageData, type Picture } from './models/picture.ts';
export { toInput, toPicture } from './models/preprocess.ts';
export type { AdapterDescription, Backend, Counters, Executable, RunOptions } from './engine/backend.ts';
export { createCpuBackend } from './engine/cpu.ts';
export { createWebGpuBackend, WebGpuBackend } from './engine/webgpu.ts';
export { hasWebGpu, holdSharedBackend, sharedBackend, type BackendHold } from './engine/shared.ts';
export { profile, type LaunchTime } from './engine/profile.ts';
export { benchmark, rateOf, type Benchmark, type BenchmarkOptions, type Rate } from './engine/benchmark.ts';
export { layerTimes, type LayerTimes, type LayerTimesOptions } from './engine/layer-times.ts';
export { roofline, type Roofline } from './engine/roofline.ts';
export { forgetTuning, tune, type TunedLayer, type TuneOptions } from './engine/tune.ts';
export { loadOps } from './ops/table.ts';
export { findModel, type FindOptions, type FoundModel } from './engine/find-model.ts';
export { loadModel, type LoadOptions, type LoadProgress } from './engine/load.ts';
export type { Head } from './engine/head.ts';
export { Model, type Sample } from './engine/model.ts';
export {
  activations,
  Activations,
  type ActivationFrame,
  type ActivationsOptions,
  type OriginUnit,
  type SentBack,
  type ShowOptions,
} from './methods/activations.ts';
export { classify, topClasses, type ClassifyOptions, type Prediction } from './methods/classify.ts';
export { diagram, type Diagram, type Step } from './methods/diagram.ts';
export { filterLayers, filters, type Filters } from './methods/filters.ts';
export { gradient } from './methods/gradient.ts';
export { guidedBackprop } from './methods/guided-backprop.ts';
export { deconvnet, type DeconvnetOptions } from './methods/deconvnet.ts';
export { reduceChannels, saliency, type Reduction, type SaliencyOptions } from './methods/saliency.ts';
export {
  occludedPicture,
  occlusion,
  type Occlusion,
  type OcclusionOptions,
  type Patch,
  type PatchFill,
} from './methods/occlusion.ts';
export { attributionMethods, type AttributionMethod, type AttributionMethodName } from './methods/table.ts';
export type { Attribution, AttributionOptions } from './methods/parts/backpropagate.ts';
export { classIdOf, className, type Goal, type Target, type UnitTarget } from './methods/parts/target.ts';
export { cachedIndex, cacheIndex, type TopKey } from './corpus/cache.ts';
export {
  Corpus,
  corpusOfFiles,
  corpusOfIndex,
  corpusOfUrls,
  droppedFiles,
  preparedImages,
  type CorpusEntry,
  type CorpusImage,
  type PreparedImage,
  type PrepareOptions,
  type Skipped,
} from './corpus/feed.ts';
export { modelHash } from './corpus/model-hash.ts';
export {
  fetchTopIndex,
  parseTopIndex,
  readTopIndex,
  topEntries,
  type TopEntry,
  type TopIndex,
  type TopLayer,
} from './corpus/top-index.ts';
export { topK, type TopKOptions, type TopProgress } from './corpus/top-k.ts';
export {
  strongestChannels,
  topPatches,
  type ReconstructionMethod,
  type TopPatch,
  type TopPatches,
  type TopPatchesOptions,
} from './corpus/top-patches.ts';
export { codesOf, type Codes, type CodesOptions } from './corpus/codes.ts';
export { snapToGrid, type Grid } from './corpus/grid.ts';
export { nearest, type Neighbour } from './corpus/nearest.ts';
export { principalComponents, type PrincipalComponents } from './corpus/pca.ts';
export { tsne, type Embedding, type TsneOptions } from './corpus/tsne.ts';
export { umap, type UmapOptions } from './corpus/umap.ts';
export { classColour, paintClasses, type ClassColour } from './paint/classes.ts';
export { COLORMAPS, cssGradient, type ColormapName } from './paint/colormaps.ts';
export { paintFilters, type PaintedFilters, type PaintFiltersOptions } from './paint/filters.ts';
export { paintGradient } from './paint/gradient.ts';
export { paintBars } from './paint/bars.ts';
export { paintMap, type Painted } from './paint/map.ts';
export { mosaicLayout, tileCorner, unitAt, type MosaicLayout, type MosaicUnit } from './paint/mosaic.ts';
export { toNpy } from './paint/npy.ts';
export { overlay } from './paint/overlay.ts';
export { toApng, type ApngFrame } from './paint/apng.ts';
export { toPng } from './paint/png.ts';
export { rangeOf, type Range } from './paint/range.ts';
export { formatTicks, niceTicks } from './paint/ticks.ts';
export { upsample } from './paint/upsample.ts';
export { synthesize, DivergedError, type Snapshot, type SynthesisOptions } from './methods/synthesize.ts';
export { classModel, type PresetOptions } from './methods/class-model.ts';
export { featureVisualisation } from './methods/feature-visualisation.ts';
export { invert, type InversionOptions } from './methods/invert.ts';
export { deepDream, type Dream, type DreamOptions } from './methods/deep-dream.ts';
export { styleLayersOf, styleTransfer, type StyleOptions, type StyleWeights } from './methods/style-transfer.ts';
export {
  adversarial,
  adversarialSeries,
  smallestEpsilon,
  type Adversarial,
  type AdversarialMethod,
  type AdversarialOptions,
  type SmallestEpsilon,
  type SmallestEpsilonOptions,
} from './methods/adversarial.ts';
export { universalNoise, type UniversalNoise, type UniversalNoiseOptions } from './methods/universal-noise.ts';
export { presets, type Preset, type PresetName } from './methods/presets.ts';
export { codeOf, gramsOf } from './methods/parts/codes.ts';
export { isFeatureMap, lastSpatialLayer } from './methods/parts/spatial.ts';
export { verdictOn, type Verdict } from './methods/parts/verdict.ts';
export * as objectives from './methods/parts/objectives.ts';
export * as parametrisations from './methods/parts/parametrisations.ts';
export * as transforms from './methods/parts/transforms.ts';
export * as optimisers from './methods/parts/optimisers.ts';
export * as penalties from './methods/parts/penalties.ts';
export * as constraints from './methods/parts/constraints.ts';
