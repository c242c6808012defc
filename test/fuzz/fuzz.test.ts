import { expect } from 'chai';
import '../support/ops.ts';
import { Random } from '../support/random.ts';
import { readStrange } from './json.ts';
import { mutate } from './mutate.ts';
import { lookAt, operatorNames } from './pipeline.ts';

async function fixture(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(`/test/fixtures/${path}.onnx`)).arrayBuffer());
}

/** Files that `npm run fuzz` found, and how they end now: `ran`, or a part of the error. */
async function found(): Promise<readonly (readonly [string, string])[]> {
  return Object.entries((await (await fetch('/test/fixtures/fuzz/cases.json')).json()) as Record<string, string>);
}

describe('npm run fuzz', () => {
  it('finds nothing in what it found before', async () => {
    const cases = await found();
    expect(cases.length).to.be.greaterThan(3);
    for (const [name, end] of cases) {
      const { result, fault } = await lookAt(await fixture(`fuzz/${name}`));
      expect(fault, name).to.equal(undefined);
      expect(result, name).to.contain(end);
    }
  });

  it('finds nothing in a few networks that are changed, nor in JSON', async () => {
    const names = ['fuzz-1159', 'fuzz-12184', 'fuzz-21481', 'binary_sigmoid', 'groupnorm21'];
    const files = await Promise.all(names.map((name) => fixture(`faults/${name}`)));
    const operators = await operatorNames();
    const random = new Random(15);
    let ran = 0;
    for (let i = 0; i < 300; i++) {
      const bytes = mutate(files[i % files.length]!, files, operators, random);
      const { fault, result } = await lookAt(bytes);
      expect(fault, `case ${String(i)}`).to.equal(undefined);
      if (result === 'ran') ran++;
      expect(readStrange(random), `JSON ${String(i)}`).to.equal(undefined);
    }
    // Some go the whole way, and some do not.
    expect(ran).to.be.within(20, 280);
  });
});
