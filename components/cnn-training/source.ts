import { ArgumentError, corpusOfIndex, fetchModelFiles, shown, type Model } from '../../src/internal.ts';
import {
  fetchExamples,
  fetchRecording,
  packCheckpoints,
  readCheckpoints,
  stimuliOfCorpus,
  stimuliOfExamples,
  type Checkpoint,
  type Recording,
  type Stimulus,
} from '../../src/training.ts';

/** What the attributes say about a recording. */
export interface RecordingSource {
  readonly recording: string | undefined;
  readonly checkpoints: string | undefined;
  readonly bundle: unknown;
}

/** A recording: the bytes that a script gives, the files that an author lists, or a bundle. */
export async function openRecording(
  { recording, checkpoints, bundle }: RecordingSource,
  signal: AbortSignal,
  onLoad: (done: number | undefined) => void,
): Promise<Recording> {
  if (bundle instanceof Uint8Array || bundle instanceof Blob) return fetchRecording(bundle, { signal });
  if (bundle !== undefined) {
    throw new ArgumentError('this is no bundle of checkpoints', {
      expected: 'a Blob or a Uint8Array',
      got: shown(bundle),
    });
  }
  if (checkpoints !== undefined) return filesOf(checkpoints, signal, onLoad);
  const onProgress = (loaded: number, total: number | undefined): void => {
    onLoad(total === undefined ? undefined : loaded / total);
  };
  return fetchRecording(recording!, { signal, onProgress });
}

/** ONNX files as `0 start.onnx, 500 later.onnx`: the step and the address of each. */
async function filesOf(
  list: string,
  signal: AbortSignal,
  onLoad: (done: number | undefined) => void,
): Promise<Recording> {
  const entries = list.split(',').map((entry) => /^\s*(\d+)\s+(\S.*?)\s*$/.exec(entry));
  const files: Checkpoint[] = [];
  for (const [i, entry] of entries.entries()) {
    if (!entry) {
      const expected = 'steps and addresses as 0 start.onnx, 500 later.onnx';
      throw new ArgumentError('the list of checkpoints makes no sense', { expected, got: shown(list) });
    }
    const { bytes } = await fetchModelFiles(entry[2]!, { signal });
    files.push({ step: Number(entry[1]), onnx: bytes });
    onLoad((i + 1) / entries.length);
  }
  // What is packed is of one graph
  return readCheckpoints(await packCheckpoints(files), { signal });
}

/** Where the fixed set of pictures comes from. */
export interface PictureSource {
  /** Name of a bundled set. */
  readonly examples: string | undefined;
  /** Address of a corpus. */
  readonly corpus: string | undefined;
  readonly count: number;
}

/** The fixed set as a network takes it; none where nobody names one. */
export async function openPictures(
  { examples, corpus, count }: PictureSource,
  model: Model,
  signal: AbortSignal | undefined,
): Promise<readonly Stimulus[]> {
  if (corpus !== undefined) return stimuliOfCorpus(await corpusOfIndex(corpus, { signal }), model, { count, signal });
  if (examples === undefined) return [];
  const { heldOut, classes } = await fetchExamples(examples, { signal });
  return stimuliOfExamples(heldOut, model, { classes, count, signal });
}
