/**
 * Training in the page: networks as lists of layers or from ONNX files, what they learn from, how they learn, and how they are
 * saved. An entry of its own, `unpool/training`, since few pages train.
 */

/** Networks. */
export {
  averagePool,
  batchNorm,
  conv,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  leakyRelu,
  maxPool,
  prelu,
  relu,
  residual,
  sigmoid,
  tanh,
  type Layer,
} from './methods/training/layers.ts';
export { sequential, type SequentialOptions } from './methods/training/sequential.ts';
export { newHead } from './corpus/new-head.ts';
export { fineTune, type FineTuneOptions } from './methods/training/fine-tune.ts';
export { graphOf, type GraphOptions, type Network, type Weights } from './methods/training/network.ts';

/** What they learn from. */
export { examples, type ExampleOptions, type Examples } from './methods/training/examples.ts';
export { examplesOf, pictureInput, type CorpusExampleOptions, type PictureInput } from './corpus/examples.ts';
export { folderOf } from './corpus/folders.ts';
export { inputOf, orderOf, pictureOf } from './methods/training/example-pictures.ts';
export { split, type Split } from './methods/training/split.ts';
export { readIdxExamples, type IdxExampleOptions, type IdxFile } from './corpus/idx.ts';
export {
  fetchExamples,
  type ExampleAddresses,
  type FetchExamplesOptions,
  type IdxAddresses,
  type LabelledSet,
} from './bundled-examples.ts';
export { augmentation, type AugmentationOptions } from './methods/training/augmentation.ts';

/** What they are to make smaller, and how. */
export { binaryCrossEntropy, meanSquares, softmaxCrossEntropy, type Loss } from './methods/training/losses.ts';
export { adam, adamw, rmsprop, sgd, type Optimiser } from './methods/training/optimisers.ts';
export { cosine, stepwise, warmUp, type Rate, type Schedule } from './methods/training/schedules.ts';

/** The training itself. */
export {
  Trainer,
  TrainingDivergedError,
  type StartOptions,
  type StepOptions,
  type TrainerOptions,
  type TrainingSettings,
  type TrainingSnapshot,
} from './methods/training/trainer.ts';
export type { Evaluation } from './methods/training/evaluate.ts';
export { confusionOf, type Confusion } from './methods/training/confusion.ts';
export { Inspector, layersOfNetwork, type Inspection, type InspectorOptions } from './methods/training/inspector.ts';

/** How they are saved: as ONNX files, which other runtimes run too. */
export { toOnnx, type OnnxExportOptions } from './onnx/export.ts';
export {
  packCheckpoints,
  readCheckpoints,
  type Checkpoint,
  type CurveName,
  type Curves,
  type Measured,
  type PackOptions,
  type RecordedCheckpoint,
  type Recording,
} from './onnx/checkpoints.ts';
export { fetchRecording } from './bundled-recordings.ts';

/** How what it learns changes meanwhile. */
export { linearCka } from './corpus/cka.ts';
export { directionsOf, svcca, type Directions } from './corpus/svcca.ts';
export {
  settledFrom,
  TrainingStudy,
  type LayerThen,
  type Likeness,
  type StudyOptions,
} from './corpus/training-study.ts';
export { stimuliOfCorpus, stimuliOfExamples, type StimuliOptions, type Stimulus } from './corpus/stimuli.ts';
export type { Strongest } from './corpus/observe.ts';
export { reconstruct, type Reconstruction } from './corpus/reconstruct.ts';

/** What their first filters have become. */
export { GABOR_LIKE, isGaborLike, type GaborFit } from './methods/gabor.ts';
export { gaborSummary, type GaborSummary, type GaborSummaryOptions } from './methods/gabor-summary.ts';
