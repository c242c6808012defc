import { storedId } from './address.ts';

const DATABASE = 'unpool-studio';
const STORE = 'files';

/** Files that belong together: a network with its weights, a list of labels, a picture, the pictures of a folder. */
export type Kept = readonly [File, ...File[]];

/**
 * Files of the reader, kept in this browser under their checksum and sent nowhere, so that an address can name them.
 * Returns their id. Where the browser keeps nothing, they are known until the page is left.
 */
export async function keepFiles(files: Kept): Promise<string> {
  const sha256 = await checksum(files);
  const id = storedId(sha256, files[0].name);
  known.set(sha256, files);
  try {
    const database = await open();
    await done(database.transaction(STORE, 'readwrite').objectStore(STORE).put(files, sha256));
    database.close();
  } catch {
    // A private window, or no room: the figure is there all the same
  }
  return id;
}

/** Files that were kept; undefined where this browser has none of this checksum. */
export async function keptFiles(sha256: string): Promise<Kept | undefined> {
  const here = known.get(sha256);
  if (here) return here;
  try {
    const database = await open();
    const request = database.transaction(STORE).objectStore(STORE).get(sha256) as IDBRequest<Kept | undefined>;
    const found = await done(request);
    database.close();
    if (found) known.set(sha256, found);
    return found;
  } catch {
    return undefined;
  }
}

export async function forgetFiles(): Promise<void> {
  known.clear();
  await done(indexedDB.deleteDatabase(DATABASE));
}

const known = new Map<string, Kept>();

/** Of the names and bytes of all files, in hex. */
async function checksum(files: Kept): Promise<string> {
  const parts: string[] = [];
  for (const file of files) parts.push(file.name, await sha256Of(await file.arrayBuffer()));
  return sha256Of(new TextEncoder().encode(JSON.stringify(parts)));
}

async function sha256Of(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('the browser keeps no files'));
    };
  });
}
