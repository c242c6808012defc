/** What the elements are made from: the public interface, and what nobody else needs. It may change from one version to the next. */
export * from './index.ts';
export { bundledModels } from './bundled.ts';
export type { LoadProgress } from './engine/load.ts';
export type { Drawable } from './methods/draw.ts';
export type { ErrorCode, ErrorDetails, UnsupportedNode } from './errors.ts';
export { checkChoice, checkNumber, checkWhole, shown } from './check.ts';
export {
  numberOf,
  parseBackend,
  parseChannels,
  parseColormap,
  parseFill,
  parseNames,
  parsePosition,
  parseRange,
  parseShare,
} from './written.ts';
export { MAX_CHANNELS, MAX_LAYERS } from './limits.ts';
export { tensor, type DType } from './tensor/tensor.ts';
export type { Shape } from './tensor/shape.ts';
export type { FieldBox, Unit } from './graph/receptive-field.ts';
export type { Label } from './models/labels.ts';
export { fetchModelFiles, type ModelFiles, type ModelFilesOptions } from './models/model-files.ts';
export {
  HEAD_KINDS,
  loadManifest,
  parsePreprocessing,
  PREPROCESSING_PRESETS,
  type HeadKind,
} from './models/manifest.ts';
export { toImageData } from './models/picture.ts';
export { toInput } from './models/preprocess.ts';
export type { AdapterDescription, Counters, Executable, LaunchTime, RunOptions } from './engine/backend.ts';
export { WebGpuBackend } from './engine/webgpu.ts';
export {
  BACKEND_CHOICES,
  holdSharedBackend,
  sharedBackend,
  type BackendChoice,
  type BackendHold,
} from './engine/shared.ts';
export { benchmark, rateOf, type Benchmark, type BenchmarkOptions, type Rate } from './engine/benchmark.ts';
export type { LayerTimes, LayerTimesOptions } from './engine/layer-times.ts';
export { roofline, type Roofline } from './engine/roofline.ts';
export { forgetTuning, tune, type TunedLayer, type TuneOptions } from './engine/tune.ts';
export { findModel, type FindOptions, type FoundModel } from './engine/find-model.ts';
export type { Head } from './engine/head.ts';
export {
  activations,
  Activations,
  type ActivationFrame,
  type ActivationsOptions,
  type OriginUnit,
  type SentBack,
  type ShowOptions,
} from './methods/activations.ts';
export { topClasses, type ClassifyOptions } from './methods/classify.ts';
export type { Diagram, Step } from './methods/diagram.ts';
export { filterLayers } from './methods/filters.ts';
export type { DeconvnetOptions } from './methods/attribution/deconvnet.ts';
export type { Reduction, SaliencyOptions } from './methods/attribution/saliency.ts';
export { occludedPicture, type Patch, type PatchFill } from './methods/occlusion.ts';
export type { AttributionMethod, AttributionMethodName } from './methods/attribution/table.ts';
export { classIdOf, className, type Goal } from './methods/parts/target.ts';
export { cachedIndex, cacheIndex, type TopKey } from './corpus/cache.ts';
export type { CorpusEntry, CorpusImage } from './corpus/entry.ts';
export { droppedFiles, preparedImages, type PreparedImage, type PrepareOptions, type Skipped } from './corpus/feed.ts';
export { byCodeUnits, mergeTopIndices } from './corpus/merge-top.ts';
export { modelHash } from './corpus/model-hash.ts';
export {
  fetchTopIndex,
  parseTopIndex,
  readTopIndex,
  topEntries,
  type TopEntry,
  type TopLayer,
} from './corpus/top-index.ts';
export { joinCoverage, type Coverage, type Shards } from './corpus/shards.ts';
export type { TopKOptions, TopProgress } from './corpus/top-k.ts';
export {
  rankChannels,
  type ReconstructionMethod,
  type TopPatch,
  type TopPatchesOptions,
} from './corpus/top-patches.ts';
export { codeTensor, type CodesOptions } from './corpus/codes.ts';
export { snapToGrid, type Grid } from './corpus/grid.ts';
export type { Neighbour } from './corpus/nearest.ts';
export type { PrincipalComponents } from './methods/parts/principal-components.ts';
export type { TsneOptions } from './corpus/tsne.ts';
export type { UmapOptions } from './corpus/umap.ts';
export { classColour, paintClasses, type ClassColour } from './paint/classes.ts';
export { COLORMAPS, cssGradient } from './paint/colormaps.ts';
export { paintFilters, type PaintedFilters, type PaintFiltersOptions } from './paint/filters.ts';
export { paintGradient } from './paint/gradient.ts';
export { paintBars } from './paint/bars.ts';
export { paintMap, type Painted } from './paint/map.ts';
export { mosaicLayout, tileCorner, unitAt, type MosaicLayout, type MosaicUnit } from './paint/mosaic.ts';
export type { ApngFrame } from './paint/apng.ts';
export { rangeOf, type Range } from './paint/range.ts';
export { labelledTicks, type Tick } from './paint/ticks.ts';
export { upsample } from './paint/upsample.ts';
export type { Dream } from './methods/deep-dream.ts';
export { styleLayersOf, type StyleWeights } from './methods/style-transfer.ts';
export {
  adversarialSeries,
  type AdversarialMethod,
  type SmallestEpsilon,
  type SmallestEpsilonOptions,
} from './methods/adversarial.ts';
export type { UniversalNoise, UniversalNoiseOptions } from './methods/universal-noise.ts';
export type { Preset } from './methods/presets.ts';
export { codeOf, gramsOf } from './methods/parts/codes.ts';
export { isFeatureMap, lastSpatialLayer } from './methods/parts/spatial.ts';
export { softmax } from './methods/parts/scores.ts';
export { verdictOn, type Verdict } from './methods/parts/verdict.ts';
export { VERSION } from './version.ts';
