import { keepFiles, type Kept } from './files.ts';
import { say } from './words.ts';

/** Ids of what a reader dropped or picked, by what it is for. */
export interface Dropped {
  readonly model?: string;
  readonly labels?: string;
  readonly picture?: string;
  readonly corpus?: string;
}

const byKind = {
  model: /\.onnx$/i,
  labels: /\.(txt|json)$/i,
  picture: /\.(jpe?g|png|webp|gif|bmp|avif|svg)$/i,
  zip: /\.zip$/i,
} as const;

/**
 * Keeps files by what they are: an `.onnx` with all that is of no other kind as its weights; lines or JSON as labels; one
 * picture, or several and zip files as a folder. What is of no kind comes to `present`, the reader's network that is open, where
 * no other comes with it. Throws where there are several networks, or nothing of use.
 */
export async function keepDropped(files: readonly File[], present?: Kept): Promise<Dropped> {
  const visible = files.filter(({ name }) => !/^(\.|Thumbs\.db$)/.test(name));
  const of = (kind: keyof typeof byKind): File[] => visible.filter(({ name }) => byKind[kind].test(name));
  const [models, labels, pictures, zips] = [of('model'), of('labels'), of('picture'), of('zip')];
  if (models.length > 1) throw new Error(say('one network at a time: {0}', namesOf(models)));
  const others = visible.filter(({ name }) => !Object.values(byKind).some((pattern) => pattern.test(name)));
  const network = models[0]
    ? ([models[0], ...others] as const)
    : others.length > 0 && present
      ? withFiles(present, others)
      : undefined;
  const folder = pictures.length > 1 ? [...pictures, ...zips] : zips;
  const kept = {
    ...(network && { model: await keepFiles(network) }),
    ...(labels[0] && { labels: await keepFiles([labels[0]]) }),
    ...(pictures.length === 1 && { picture: await keepFiles([pictures[0]!]) }),
    ...(folder.length > 0 && { corpus: await keepFiles(folder as unknown as Kept) }),
  };
  if (Object.keys(kept).length > 0) return kept;
  throw new Error(say('nothing here is a network (.onnx), a picture or a list of labels: {0}', namesOf(visible)));
}

/** A network with more files beside it; of two with the same name the newer. */
function withFiles([model, ...beside]: Kept, others: readonly File[]): Kept {
  const kept = beside.filter(({ name }) => others.every((other) => other.name !== name));
  return [model, ...kept, ...others];
}

const namesOf = (files: readonly File[]): string => files.map(({ name }) => name).join(', ');
