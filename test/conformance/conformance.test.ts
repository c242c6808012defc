import { expect } from 'chai';
import { openBackend } from '../support/backends.ts';
import { runConformance } from './run.ts';

/** What passes today; raise it with every operator added, never lower it. */
const PASSED = 759;

describe('conformance', () => {
  it('passes the node tests of ONNX, and refuses with a reason what it does not do', async () => {
    const backend = await openBackend({ poison: true });
    const outcomes = await runConformance(backend);
    backend.dispose();
    const of = (result: string) => outcomes.filter((outcome) => outcome.result === result);
    expect(of('failed')).to.deep.equal([]);
    expect(of('passed').length).to.be.at.least(PASSED);
    for (const { name, note } of of('refused')) expect(note, name).to.not.equal('');
  });
});
