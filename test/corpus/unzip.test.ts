import { expect } from 'chai';
import { zipSync, type Zippable } from 'fflate';
import { zipMembers, type ZipMember } from '../../src/corpus/unzip.ts';
import { corpusOfFiles } from '../../src/corpus/feed.ts';
import { ArgumentError, ImageError } from '../../src/errors.ts';
import { rejection } from '../rejection.ts';

const text = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);

function zipOf(files: Zippable, name: string = 'files.zip'): { bytes: Uint8Array<ArrayBuffer>; zip: File } {
  const bytes = zipSync(files);
  return { bytes, zip: new File([bytes], name) };
}

/** An entry of the directory and the place in the file of its own header, for zips that no program writes. */
interface Raw {
  readonly name: string;
  readonly data?: Uint8Array<ArrayBuffer>;
  readonly method?: number;
  readonly flags?: number;
  readonly unpacked?: number;
  /** Instead of the data's own. */
  readonly offset?: number;
  readonly zip64?: boolean;
}

/** Numbers of these widths in bytes, little end first. */
function record(...fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const [width, value] of fields) {
    for (let i = 0; i < width; i++) bytes.push(Math.floor(value / 256 ** i) % 256);
  }
  return Uint8Array.from(bytes);
}

function rawZip(entries: readonly Raw[], comment: string = ''): File {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  const put = (...bytes: Uint8Array<ArrayBuffer>[]): number => {
    const start = at;
    for (const part of bytes) {
      at += part.length;
      parts.push(part);
    }
    return start;
  };
  const directory = entries.map(({ name, data = text(''), method = 0, flags = 0, unpacked, offset, zip64 }) => {
    const size = data.length;
    const own = put(
      record([4, 0x04034b50], [2, 20], [2, flags], [2, method], [12, 0], [4, size]),
      record([2, text(name).length], [2, 0]),
      text(name),
      data,
    );
    const place = offset ?? own;
    const large = unpacked ?? size;
    const extra = zip64 ? record([2, 1], [2, 24], [8, large], [8, size], [8, place]) : text('');
    const [u, p, o] = zip64 ? [0xffffffff, 0xffffffff, 0xffffffff] : [large, size, place];
    return [
      record([4, 0x02014b50], [4, 20], [2, flags], [2, method], [8, 0], [4, p], [4, u]),
      record([2, text(name).length], [2, extra.length], [2, 0], [8, 0], [4, o]),
      text(name),
      extra,
    ];
  });
  const start = at;
  for (const entry of directory) put(...entry);
  const bytes = at - start;
  const some64 = entries.some(({ zip64 }) => zip64);
  if (some64) {
    const end64 = put(
      record([4, 0x06064b50], [8, 44], [12, 0], [8, entries.length], [8, entries.length], [8, bytes], [8, start]),
    );
    put(record([4, 0x07064b50], [4, 0], [8, end64], [4, 1]));
  }
  const [count, place] = some64 ? [0xffff, 0xffffffff] : [entries.length, start];
  put(
    record([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, bytes], [4, place], [2, comment.length]),
    text(comment),
  );
  const file = new Uint8Array(at);
  let end = 0;
  for (const part of parts) {
    file.set(part, end);
    end += part.length;
  }
  return new File([file], 'raw.zip');
}

async function contents(zip: File): Promise<Record<string, string>> {
  const members = await zipMembers(zip);
  const read = async ({ name, open }: ZipMember): Promise<readonly [string, string]> => [
    name,
    await (await open()).text(),
  ];
  return Object.fromEntries(await Promise.all(members.map(read)));
}

async function refusal(zip: File): Promise<string> {
  const [member] = await zipMembers(zip);
  return (await rejection(ImageError, () => member!.open())).message;
}

describe('corpus/unzip', () => {
  it('reads what is stored and what is deflated, large and small', async () => {
    const long = 'many words '.repeat(400_000);
    const files = {
      'a.txt': [text('stored'), { level: 0 }],
      'b/ö.txt': text('deflated'),
      'c.txt': text(long),
    } as Zippable;
    expect(await contents(zipOf(files).zip)).to.deep.equal({ 'a.txt': 'stored', 'b/ö.txt': 'deflated', 'c.txt': long });
  });

  it('takes what is stored from the file, without a copy', async () => {
    const { zip } = zipOf({ 'a.png': [new Uint8Array(1000), { level: 0 }] });
    const read: number[] = [];
    const { slice } = File.prototype;
    zip.slice = function (this: File, ...range) {
      read.push(range[1]! - range[0]!);
      return slice.apply(this, range);
    };
    const [member] = await zipMembers(zip);
    expect((await member!.open()).size).to.equal(1000);
    expect(read).to.include(1000);
  });

  it('reads zip64, and comments behind the end', async () => {
    const zip64 = rawZip([
      { name: 'a', data: text('first'), zip64: true },
      { name: 'b', data: text('second'), zip64: true },
    ]);
    expect(await contents(zip64)).to.deep.equal({ a: 'first', b: 'second' });
    expect(await contents(rawZip([{ name: 'a', data: text('x') }], 'a comment'.repeat(1000)))).to.deep.equal({
      a: 'x',
    });
  });

  it('shows names as they are, and never follows them', async () => {
    const names = ['../../etc/passwd', '/absolute.png', 'C:\\x.png', '__proto__', 'constructor', '\u202egnp.exe'];
    const zip = rawZip(names.map((name) => ({ name, data: text(name) })));
    expect((await zipMembers(zip)).map(({ name }) => name)).to.deep.equal(names);
    for (const { name, open } of await zipMembers(zip)) expect(await (await open()).text()).to.equal(name);
  });

  it('reads a directory of 20,000 files with one name, each with a number', async () => {
    const zip = rawZip(Array.from({ length: 20_000 }, () => ({ name: 'same.png', data: text('x') })));
    const { entries } = await corpusOfFiles([zip]);
    const ids = [...entries.keys()];
    expect(ids.length).to.equal(20_000);
    expect([ids[0], ids[1], ids.at(-1)]).to.deep.equal(['same.png', 'same.png (2)', 'same.png (20000)']);
    expect(await ((await entries.get('same.png (777)')!.open()) as File).text()).to.equal('x');
  });

  it('refuses bombs before anything is unpacked, with the limit', async () => {
    const zeros = new Uint8Array(5_000_000);
    const honest = zipOf({ 'zeros.png': zeros });
    expect(honest.zip.size).to.be.lessThan(6000);
    // Many files that share one place, 10 GB of a few kilobytes
    const members = Array.from({ length: 2000 }, (_, i) => ({
      name: `${i}`,
      method: 8,
      unpacked: 5_000_000,
      offset: 0,
    }));
    const many = await rejection(ArgumentError, () => zipMembers(rawZip(members)));
    expect(many.message).to.match(
      /raw\.zip: the zip file holds too much; expected at most 1,073,741,824 bytes unpacked; got 10,000,000,000/,
    );
    // A single large one
    expect(await refusal(rawZip([{ name: 'big', method: 8, unpacked: 500e6 }]))).to.contain(
      'the file is too large; expected at most 268,435,456 bytes; got 500,000,000',
    );
    const claims = rawZip([{ name: 'a', method: 8, data: honest.bytes.slice(0, 100), unpacked: 200e6 }]);
    expect(await refusal(claims), 'more than deflate can hold').to.contain(
      'raw.zip, a: the file in the zip file is damaged',
    );
  });

  it('stops unpacking where more comes than was said', async () => {
    const stream = new Blob([new Uint8Array(8_000_000)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    const data = new Uint8Array(await new Response(stream).arrayBuffer());
    for (const unpacked of [1000, 3_000_000, 7_999_999, 8_000_001]) {
      expect(await refusal(rawZip([{ name: 'liar', method: 8, data, unpacked }]))).to.contain('is damaged');
    }
  });

  it('refuses more files than a corpus has', async () => {
    const end = rawZip([{ name: 'a', data: text('x'), zip64: true }]);
    const bytes = new Uint8Array(await end.arrayBuffer());
    // The count in the record of zip64, which lies before its locator and the end
    new DataView(bytes.buffer).setBigUint64(bytes.length - 22 - 20 - 56 + 32, 100_001n, true);
    const error = await rejection(ArgumentError, () => zipMembers(new File([bytes], 'many.zip')));
    expect(error.message).to.contain('too many files; expected at most 100,000; got 100,001');
  });

  it('says which files are encrypted, packed in another way, or damaged', async () => {
    expect(await refusal(rawZip([{ name: 'a', flags: 1 }]))).to.contain('raw.zip, a: the file is encrypted');
    expect(await refusal(rawZip([{ name: 'a', method: 14 }]))).to.contain('got method 14');
    for (const raw of [
      { name: 'a', offset: 5 },
      { name: 'a', offset: 1e6 },
      { name: 'a', method: 8, data: text('no deflate'), unpacked: 20 },
    ]) {
      expect(await refusal(rawZip([raw]))).to.contain('damaged');
    }
  });

  it('says what is no zip file', async () => {
    const { bytes } = zipOf({ 'a.txt': text('a'), 'b.txt': text('b') });
    const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
    const broken = bytes.slice().fill(0, directory, directory + 4);
    for (const wrong of [text(''), text('PK'), text('x'.repeat(100_000)), bytes.slice(0, 60), broken]) {
      const error = await rejection(ArgumentError, () => zipMembers(new File([wrong], 'no.zip')));
      expect(error.message).to.contain('no.zip: not a zip file this page can read');
    }
  });

  it('leaves a zip in a zip closed: it is no picture', async () => {
    const inner = zipOf({ 'a.txt': text('a') }).bytes;
    const corpus = await corpusOfFiles([zipOf({ 'inner.zip': inner }, 'outer.zip').zip]);
    expect([...corpus.entries.keys()]).to.deep.equal(['inner.zip']);
  });
});
