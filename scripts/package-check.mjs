// What tools for packages say of the packed package: publint, and whether its types are found whoever imports it.
import { readFileSync } from 'node:fs';

/** Ways to import that the package is not for: it is modules only, and Node ≥ 20.19 lets `require` load them. */
const LEFT_OUT = ['node10', 'node16-cjs'];

/** Of the tarball. */
const MOST_BYTES = 6_000_000;

/** Resolves to a word for a table. Throws with all that is wrong. `tarball` is a path. */
export async function checkPackage(tarball) {
  const [{ publint }, { formatMessage }, { checkPackage: checkTypes, createPackageFromTarballData }] =
    await Promise.all([import('publint'), import('publint/utils'), import('@arethetypeswrong/core')]);
  const data = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) },
    strict: true,
  });
  const { problems = [], types } = await checkTypes(createPackageFromTarballData(data));
  const complaints = [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg)}`),
    ...(types ? [] : ['attw: the package has no types']),
    ...(data.length > MOST_BYTES ? [`the package has ${data.length} bytes, more than ${MOST_BYTES}`] : []),
    ...problems
      .filter(({ resolutionKind }) => !LEFT_OUT.includes(resolutionKind))
      .map((problem) => `attw: ${JSON.stringify(problem)}`),
  ];
  if (complaints.length) throw new Error(complaints.join('\n'));
  return `publint and attw find nothing; ${data.length} bytes`;
}
