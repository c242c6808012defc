import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ArgumentError, ModelFormatError, mergeTopIndices, parseTopIndex, type Coverage } from '../../src/internal.ts';
import { mergeCodes, readCodes, writeCodes } from '../codes-file.ts';
import { command, UsageError, type Command } from '../command.ts';
import { outOption } from '../options.ts';
import { replaceFile } from '../output.ts';
import { pictures } from '../words.ts';

export const mergeCommand: Command = command({
  name: 'merge',
  summary: 'Joins what top-patches or codes made of shards of a corpus: bit for bit what one run makes of all of it',
  operand: '<file>...',
  options: { out: outOption('.json for lists of top-patches, .npy for codes') },
  examples: ['merge part-*.json --out fire5.json', 'merge part-*.npy --out codes.npy'],
  run: async ({ out }, files) => {
    if (out === undefined) throw new UsageError('merge needs --out');
    const [kind, ...others] = new Set([...files, out].map((file) => extname(file).toLowerCase()));
    if (others.length > 0 || (kind !== '.json' && kind !== '.npy')) {
      throw new UsageError('the files, and that of --out, are either all .json or all .npy');
    }
    const { count, ...coverage } = await (kind === '.json' ? mergeLists(files, out) : mergeNumbers(files, out));
    const { complete, shards } = coverage;
    const whole = complete ? 'complete' : shards ? `shards ${shards.done.join(', ')} of ${shards.of}` : 'not complete';
    return {
      lines: [`${pictures(count)} of ${files.length} files: ${whole}`, `written to ${out}`],
      json: { images: count, files: files.length, complete, shards, out },
    };
  },
});

type Merged = Coverage & { readonly count: number };

async function mergeLists(files: readonly string[], out: string): Promise<Merged> {
  const merged = mergeTopIndices(await Promise.all(files.map(readIndex)));
  await replaceFile(out, JSON.stringify(merged));
  const { images, complete, shards } = merged;
  return { count: images.length, complete, shards };
}

async function readIndex(file: string): Promise<ReturnType<typeof parseTopIndex>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ArgumentError(`there is no file "${file}"`);
  });
  try {
    return parseTopIndex(JSON.parse(text), file);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ModelFormatError('not valid JSON', { where: file, cause });
  }
}

async function mergeNumbers(files: readonly string[], out: string): Promise<Merged> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const codes = await readCodes(file);
      if (codes) return codes;
      throw new ArgumentError(`there is no file "${file}", or no .json beside it`);
    }),
  );
  const merged = mergeCodes(parts);
  await writeCodes(out, merged);
  const { items, complete, shards } = merged;
  return { count: items.length, complete, shards };
}
