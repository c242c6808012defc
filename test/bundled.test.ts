import { expect } from 'chai';
import { bundledModels, fetchBundled, setModelBase, standAlone } from '../src/bundled.ts';
import { ModelFetchError } from '../src/errors.ts';
import { fetchBytes } from '../src/models/fetch.ts';
import { VERSION } from '../src/version.ts';
import { repositoryFile } from './goldens.ts';
import { rejection } from './rejection.ts';

const FILE = 'squeezenet1.1-fp16.onnx';
const PACKAGED = repositoryFile(`models/${FILE}`).href;
const PUBLIC = `https://cdn.jsdelivr.net/npm/unpool@${VERSION}/models/${FILE}`;

/** The addresses that are tried for a file when none has it. */
async function tried(name: string = FILE): Promise<string[]> {
  const addresses: string[] = [];
  await rejection(ModelFetchError, () =>
    fetchBundled(name, (address) => {
      addresses.push(address);
      return Promise.reject(new ModelFetchError('not here', { got: 'HTTP 404' }));
    }),
  );
  return addresses;
}

/** Makes one address the one that has the files. */
const foundAt = (address: string): Promise<string> =>
  fetchBundled(FILE, (asked) =>
    asked === address ? Promise.resolve(asked) : Promise.reject(new ModelFetchError('not here')),
  );

describe('bundled', () => {
  afterEach(() => {
    setModelBase(undefined);
    document.querySelector('meta[name=unpool-models]')?.remove();
  });

  it('says its version', async () => {
    const { version } = (await (await fetch(repositoryFile('package.json'))).json()) as { version: string };
    expect(VERSION).to.equal(version);
  });

  it('has every file that its list names', async () => {
    for (const { file, labels, sha256 } of Object.values(bundledModels())) {
      await fetchBundled(file, (address) => fetchBytes(address, { sha256, cache: false }));
      await fetchBundled(labels!, fetchBytes);
    }
  });

  it('is looked for in the package, then in the public copy', async () => {
    expect(await tried()).to.deep.equal([PACKAGED, PUBLIC]);
  });

  it('of a lone script is looked for beside it, too', async () => {
    standAlone('https://blog.example/js/unpool.min.js?v=3#x');
    const beside = ['https://blog.example/models/', 'https://blog.example/js/models/'].map((base) => base + FILE);
    expect(await tried()).to.deep.equal([PACKAGED, ...beside, PUBLIC]);
  });

  it('of a script at the short address of a CDN is looked for there', async () => {
    standAlone('https://cdn.example/npm/unpool@1.2.3');
    expect(await tried()).to.deep.equal([`https://cdn.example/npm/unpool@1.2.3/models/${FILE}`, PACKAGED, PUBLIC]);
  });

  it('is asked for first where another file was found', async () => {
    await foundAt(PUBLIC);
    const labels = 'labels/imagenet-labels.json';
    expect((await tried(labels))[0]).to.equal(PUBLIC.replace(FILE, labels));
    await foundAt(PACKAGED);
    expect((await tried())[0]).to.equal(PACKAGED);
  });

  it('is looked for nowhere else where the page or a script says where', async () => {
    document.head.insertAdjacentHTML('beforeend', '<meta name="unpool-models" content="/static/models">');
    expect(await tried()).to.deep.equal([new URL(`/static/models/${FILE}`, location.href).href]);
    setModelBase(new URL('https://files.example/nets/'));
    expect(await tried()).to.deep.equal([`https://files.example/nets/${FILE}`]);
    setModelBase('http://[');
    expect((await rejection(ModelFetchError, () => fetchBundled(FILE, fetchBytes))).message).to.contain(
      'not an address',
    );
  });

  it('that is nowhere is an error that names every address and what came from it', async () => {
    const nowhere = (address: string): Promise<never> =>
      Promise.reject(
        address === PACKAGED ? new ModelFetchError('no', { got: 'HTTP 404' }) : new ModelFetchError('no connection'),
      );
    const { message } = await rejection(ModelFetchError, () => fetchBundled(FILE, nowhere));
    expect(message).to.contain(`HTTP 404 from ${PACKAGED}`).and.contain(`no answer from ${PUBLIC}`);
    expect(message).to.contain('setModelBase()').and.contain('unpool-models');
  });

  it('that a server answers with a page is looked for further', async () => {
    setModelBase(undefined);
    standAlone(new URL('/somewhere/unpool.min.js', location.href).href);
    const bytes = await fetchBundled(FILE, (address) =>
      address === PACKAGED ? fetchBytes('data:text/html,<!doctype html>') : fetchBytes(PACKAGED),
    );
    expect(bytes.length).to.be.greaterThan(2e6);
  });

  it('ends with the reason of an abort and with errors that are not the address’s', async () => {
    const abort = new DOMException('no more', 'AbortError');
    expect(await fetchBundled(FILE, () => Promise.reject(abort)).catch((error: unknown) => error)).to.equal(abort);
  });
});
