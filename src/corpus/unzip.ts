// Loaded when there is a zip file.
import { ArgumentError, ImageError } from '../errors.ts';
import { MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, MAX_ZIP_MEMBER_BYTES } from '../limits.ts';
import { unpackAside } from '../work/unpack-aside.ts';
import { breather } from '../work/breathe.ts';

/** A file in a zip file, unpacked when it is opened. */
export interface ZipMember {
  /** As it stands in the file: a text to be shown, never a path. */
  readonly name: string;
  /** Throws {@link ImageError} saying why it cannot be read. */
  open(): Promise<File>;
}

/** What the directory says of a member. */
interface Entry {
  readonly name: string;
  /** 0 is stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  /** Bytes in the zip file, and unpacked. */
  readonly packed: number;
  readonly unpacked: number;
  /** Where its own header lies. */
  readonly offset: number;
}

// The sizes of the fixed parts of records, and the numbers they begin with: APPNOTE.TXT 6.3.10, §4.3.
const END = { signature: 0x06054b50, bytes: 22 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 };
const DIRECTORY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const MAX_COMMENT_BYTES = 65_535;
/** Longer than the directory of 100,000 pictures with long paths. */
const MAX_DIRECTORY_BYTES = 2 ** 26;
/** What stands in 32 and 16 bits where the number is in the field of zip64. */
const [IN_FIELD_64, IN_END_64] = [0xffffffff, 0xffff];

/**
 * The files in a zip file, zip64 included. Its directory alone is read; of a member, its own part of the file.
 *
 * Throws {@link ArgumentError} where it is none, has more members than a corpus, or would be more than
 * {@link MAX_UNPACKED_BYTES} or twice its own size: pictures hardly become smaller in a zip file.
 */
export async function zipMembers(zip: File): Promise<readonly ZipMember[]> {
  const entries = await readDirectory(zip);
  const total = entries.reduce((sum, { unpacked }) => sum + unpacked, 0);
  const most = Math.max(MAX_UNPACKED_BYTES, 2 * zip.size);
  if (total > most) {
    throw new ArgumentError('the zip file holds too much', {
      where: zip.name,
      expected: `at most ${most.toLocaleString('en')} bytes unpacked`,
      got: total.toLocaleString('en'),
    });
  }
  return entries.map((entry) => ({ name: entry.name, open: () => openEntry(zip, entry) }));
}

async function openEntry(zip: File, entry: Entry): Promise<File> {
  const { name, method, encrypted, packed, unpacked } = entry;
  const wrong = (what: string, expected: string, got: string): ImageError =>
    new ImageError(what, { where: `${zip.name}, ${name}`, expected, got });
  if (encrypted) throw wrong('the file is encrypted', 'a zip file without a password', 'encryption');
  if (method !== 0 && method !== 8)
    throw wrong('the file is packed in a way that is not read', 'deflate', `method ${method}`);
  if (unpacked > MAX_ZIP_MEMBER_BYTES) {
    const most = `at most ${MAX_ZIP_MEMBER_BYTES.toLocaleString('en')} bytes`;
    throw wrong('the file is too large', most, unpacked.toLocaleString('en'));
  }
  try {
    const header = await view(zip, entry.offset, LOCAL.bytes);
    if (header.getUint32(0, true) !== LOCAL.signature) throw new RangeError('no header');
    const start = entry.offset + LOCAL.bytes + header.getUint16(26, true) + header.getUint16(28, true);
    const data = zip.slice(start, start + packed);
    if (data.size < packed) throw new RangeError('the file ends too early');
    if (method === 0) return new File([data], name);
    return new File([await unpackAside({ data, format: 'deflate-raw', bytes: unpacked }, undefined)], name);
  } catch (cause) {
    throw new ImageError('the file in the zip file is damaged', { where: `${zip.name}, ${name}`, cause });
  }
}

async function readDirectory(zip: File): Promise<readonly Entry[]> {
  try {
    const { count, at, bytes } = await findDirectory(zip);
    checkDirectory(zip, count, bytes);
    return await entriesOf(await view(zip, at, bytes), count);
  } catch (cause) {
    if (cause instanceof ArgumentError) throw cause;
    throw new ArgumentError('not a zip file this page can read', { where: zip.name, cause });
  }
}

interface DirectoryPlace {
  readonly count: number;
  readonly at: number;
  readonly bytes: number;
}

/** From the record at the end of the file, behind which there may be a comment. Throws RangeError. */
async function findDirectory(zip: File): Promise<DirectoryPlace> {
  const from = Math.max(zip.size - END.bytes - MAX_COMMENT_BYTES, 0);
  const tail = await view(zip, from, zip.size - from);
  let end = tail.byteLength - END.bytes;
  while (tail.getUint32(end, true) !== END.signature) end--;
  const place = {
    count: tail.getUint16(end + 10, true),
    bytes: tail.getUint32(end + 12, true),
    at: tail.getUint32(end + 16, true),
  };
  if (place.at !== IN_FIELD_64 && place.count !== IN_END_64) return place;
  const locator = await view(zip, from + end - LOCATOR64.bytes, LOCATOR64.bytes);
  if (locator.getUint32(0, true) !== LOCATOR64.signature) return place;
  const end64 = await view(zip, number64(locator, 8), END64.bytes);
  if (end64.getUint32(0, true) !== END64.signature) throw new RangeError('no zip64 record');
  return { count: number64(end64, 32), bytes: number64(end64, 40), at: number64(end64, 48) };
}

function checkDirectory(zip: File, count: number, bytes: number): void {
  if (count <= MAX_ZIP_ENTRIES && bytes <= MAX_DIRECTORY_BYTES) return;
  throw new ArgumentError('the zip file has too many files', {
    where: zip.name,
    expected: `at most ${MAX_ZIP_ENTRIES.toLocaleString('en')}`,
    got: `${count.toLocaleString('en')}, listed in ${bytes.toLocaleString('en')} bytes`,
  });
}

/** Throws RangeError where the directory ends too early. */
async function entriesOf(directory: DataView, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  const breathe = breather(undefined);
  for (let at = 0; entries.length < count;) {
    if (entries.length % 256 === 0) await breathe();
    if (directory.getUint32(at, true) !== DIRECTORY.signature) throw new RangeError('no entry');
    const half = (field: number): number => directory.getUint16(at + field, true);
    const [flags, nameBytes, extraBytes, commentBytes] = [half(8), half(28), half(30), half(32)];
    const text = new Uint8Array(directory.buffer, at + DIRECTORY.bytes, nameBytes);
    const extra = new DataView(directory.buffer, at + DIRECTORY.bytes + nameBytes, extraBytes);
    const [unpacked, packed, offset] = sizesOf(directory, at, extra);
    entries.push({
      name: decodeName(text, (flags & 0x800) !== 0),
      method: half(10),
      encrypted: (flags & 1) !== 0,
      packed,
      unpacked,
      offset,
    });
    at += DIRECTORY.bytes + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/** Size unpacked, size packed and place of an entry: from the extra field of zip64 where 32 bits do not hold them (§4.5.3). */
function sizesOf(directory: DataView, at: number, extra: DataView): [unpacked: number, packed: number, offset: number] {
  const sizes = [24, 20, 42].map((field) => directory.getUint32(at + field, true));
  for (let field = 0; field + 4 <= extra.byteLength; field += 4 + extra.getUint16(field + 2, true)) {
    if (extra.getUint16(field, true) !== 1) continue;
    let value = field + 4;
    return sizes.map((size) => {
      if (size !== IN_FIELD_64) return size;
      value += 8;
      return number64(extra, value - 8);
    }) as [number, number, number];
  }
  return sizes as [number, number, number];
}

/** Without the flag for UTF-8 it is an old DOS page, which agrees with Latin 1 on ASCII; many programs write UTF-8 all the same. */
function decodeName(bytes: Uint8Array, utf8: boolean): string {
  if (utf8) return UTF8.decode(bytes);
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return LATIN1.decode(bytes);
  }
}

const UTF8 = new TextDecoder();
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });
const LATIN1 = new TextDecoder('latin1');

function number64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

async function view(zip: File, at: number, bytes: number): Promise<DataView> {
  const buffer = await zip.slice(at, at + bytes).arrayBuffer();
  if (at < 0 || buffer.byteLength < bytes) throw new RangeError('the file ends too early');
  return new DataView(buffer);
}
