import { expect } from 'chai';
import type { Backend } from '../../../src/engine/backend.ts';
import type { Model } from '../../../src/engine/model.ts';
import { loadSqueezeNet, photoCase } from '../../goldens/checks.ts';
import { checkExported } from '../../goldens/exported.ts';
import { formatRow, holds, type Row } from '../../goldens/report.ts';
import { openBackend } from '../../support/backends.ts';

describe('attributions as ONNX files', () => {
  let backend: Backend;
  let model: Model;
  before(async () => {
    backend = await openBackend();
    model = await loadSqueezeNet(backend);
  });
  after(() => {
    model.dispose();
    backend.dispose();
  });

  it('guided backpropagation of SqueezeNet is the same in onnxruntime', async () => {
    const { sample } = await photoCase('chelsea', model);
    const rows: Row[] = [];
    console.log(await checkExported('chelsea', 'guided-backprop', model, sample, (row) => rows.push(row)));
    console.log(rows.map(formatRow).join('\n'));
    expect(rows.filter((row) => !holds(row)).map(formatRow)).to.deep.equal([]);
  });
});
