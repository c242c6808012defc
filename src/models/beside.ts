import { ModelFetchError, ModelFormatError } from '../errors.ts';

/** Address of a file that a model names as lying beside it (`model.onnx.data`). */
export function siblingUrl(model: URL, location: string): URL {
  // A model must not reach out of its own folder: the ONNX standard asks for a relative path without `..`.
  if (location === '' || /^[/\\]|^[a-z][a-z0-9+.-]*:|(^|[/\\])\.\.([/\\]|$)/i.test(location)) {
    throw new ModelFormatError('external data outside the folder of the model', {
      where: model.href,
      expected: 'a path relative to the model, without ".."',
      got: `"${location}"`,
    });
  }
  // Each part is a file name, not a piece of URL: it may hold '#', '?' or '%'.
  const path = location.split(/[/\\]/).map(encodeURIComponent).join('/');
  return new URL(path, model);
}

/** The file of that name among those that were picked with a model. */
export function pick(location: string, beside: readonly File[] = []): File {
  const name = location.split(/[/\\]/).at(-1);
  const file = beside.find((candidate) => candidate.name === name);
  if (file) return file;
  throw new ModelFetchError('the weights of the model are in a file of their own', {
    expected: `"${location}"`,
    got: beside.length === 0 ? 'the model alone' : beside.map((candidate) => `"${candidate.name}"`).join(', '),
    remedy: 'Choose both files together.',
  });
}
