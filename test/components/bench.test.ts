import { expect } from 'chai';
import type { CnnBench } from '../../components/index.ts';
import { readTuning } from '../../src/engine/tuning.ts';
import { all, button, expectNoBarriers, mount, next, textOf } from '../support/harness.ts';

const small = (attributes: Readonly<Record<string, string>> = {}): CnnBench =>
  mount('cnn-bench', { runs: '1', ...attributes });

const firstColumn = (bench: CnnBench): string[] =>
  all(bench, '[part=table] tbody th').map((cell) => cell.textContent.trim());

describe('cnn-bench', () => {
  beforeEach(() => {
    localStorage.clear();
  });
  afterEach(() => {
    localStorage.clear();
  });

  it('fills its table, sorts it, and names who did the arithmetic', async () => {
    const bench = small();
    const { result } = await next(bench, 'cnn-result');
    const text = await textOf(bench);
    const { adapter } = result as { adapter: { name: string; software: boolean } };
    expect(text).to.contain(adapter.name).and.to.contain('best of 1');
    if (adapter.software) expect(text).to.contain('software adapter');
    expect(firstColumn(bench)).to.deep.equal(['first', 'pooled', 'second', 'average']);
    expect(all(bench, '.dot').length).to.be.above(1);

    button(bench, 'Layer').click();
    await bench.updateComplete;
    expect(firstColumn(bench)).to.deep.equal(['average', 'first', 'pooled', 'second']);
    expect(bench.shadowRoot!.querySelector('[aria-sort=ascending]')!.textContent).to.contain('Layer');
    button(bench, 'ms').click();
    await bench.updateComplete;
    const times = all(bench, '[part=table] tbody tr').map((row) => Number(row.querySelectorAll('td')[1]!.textContent));
    expect(times).to.deep.equal([...times].sort((a, b) => b - a));

    bench.by = 'kernel';
    await bench.updateComplete;
    expect(firstColumn(bench).length).to.be.below(5);
  });

  it('reads the plot by keyboard', async () => {
    const bench = small({ layer: 'first' });
    await next(bench, 'cnn-result');
    await bench.updateComplete;
    const plot = bench.shadowRoot!.querySelector('[part=plot]')!;
    plot.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    expect(await textOf(bench)).to.match(/pooled: [\d.]+ ms/);
    expect(bench.layer).to.equal('pooled');
  });

  it('gives its numbers away', async () => {
    const bench = small();
    expect([bench.toJson(), bench.toCsv()]).to.deep.equal(['', '']);
    await next(bench, 'cnn-result');
    const json = JSON.parse(bench.toJson()) as { launches: unknown[]; layers: { layer: string; ms: number }[] };
    expect(json.launches.length).to.equal(4);
    const [head, ...lines] = bench.toCsv().trim().split('\r\n');
    expect(head).to.equal('Layer,Kernel,ms,GFLOP/s,GB/s,% of roofline');
    expect(lines.map((line) => line.split(',')[0])).to.deep.equal(json.layers.map(({ layer }) => layer));
    expect(lines.map((line) => Number(line.split(',')[2]))).to.deep.equal(json.layers.map(({ ms }) => ms));
  });

  it('compares the ways to compute a layer, keeps winners when told to, and forgets them', async () => {
    const bench = small({ layer: 'second' });
    const { result } = await next(bench, 'cnn-result');
    const { adapter } = result as { adapter: { name: string } };
    await bench.compareVariants();
    await bench.updateComplete;
    expect(all(bench, '[part=variants] tbody tr').length).to.be.above(1);
    expect(readTuning(adapter.name).size, 'a comparison keeps nothing').to.equal(0);

    const again = next(bench, 'cnn-result');
    button(bench, 'Tune all').click();
    await again;
    expect(readTuning(adapter.name).size).to.equal(2);
    expect(await textOf(bench)).to.contain('is kept');

    await bench.forget();
    expect(readTuning(adapter.name).size).to.equal(0);
    expect(await textOf(bench)).to.contain('forgotten');
  });

  it('can be stopped, and tuning cancelled', async () => {
    const bench = small();
    await next(bench, 'cnn-progress');
    bench.stop();
    expect(await textOf(bench)).to.contain('Stopped.');
    button(bench, 'Start again').click();
    const { result } = await next(bench, 'cnn-result');
    const tuning = bench.tuneAll();
    await bench.updateComplete;
    button(bench, 'Cancel').click();
    await tuning;
    expect(await textOf(bench)).to.contain('Cancelled.');
    expect(readTuning((result as { adapter: { name: string } }).adapter.name).size).to.equal(0);
  });

  it('says what is wrong', async () => {
    const bench = small({ runs: '0' });
    const { error } = await next(bench, 'cnn-error');
    expect(error.message).to.contain('runs');
    expect(await textOf(bench)).to.contain('Try again');
    bench.runs = 1;
    await next(bench, 'cnn-result');
    expect(all(bench, 'h3').some(({ textContent }) => textContent.includes('other libraries'))).to.equal(false);
    bench.peers = '/nowhere/';
    await bench.comparePeers();
    expect(await textOf(bench)).to.contain('there is no onnxruntime-web');
  });

  it('times other libraries beside itself when asked', async () => {
    const bench = small({ peers: '/node_modules/' });
    await next(bench, 'cnn-result');
    await bench.comparePeers();
    await bench.updateComplete;
    const { peers } = JSON.parse(bench.toJson()) as { peers: { library: string; difference: number }[] };
    expect(peers.map(({ library }) => library)).to.deep.equal([
      'onnxruntime-web webgpu',
      'tfjs webgpu',
      'onnxruntime-web wasm',
      'tfjs wasm',
    ]);
    for (const { difference } of peers) expect(difference).to.be.within(0, 1e-4);
  });

  it('passes axe in light and dark', async () => {
    const bench = small({ peers: '/node_modules/' });
    await next(bench, 'cnn-result');
    await bench.compareVariants();
    await expectNoBarriers(bench);
  });
});
