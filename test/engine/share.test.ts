import { expect } from 'chai';
import { plan } from '../../src/engine/plan.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/webgpu.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder } from '../support/ops.ts';
import { relativeError } from '../support/numbers.ts';
import { Random } from '../support/random.ts';

const BATCH = 3;
const CHANNELS = 4;

/** A convolution of `kernel` taps a side that keeps the image as large as it is. */
function convolution(builder: GraphBuilder, random: Random, x: string, kernel: number): string {
  const [, c] = builder.value(x).shape as [number, number];
  const side = (kernel - 1) / 2;
  const w = builder.constant('w', random.tensor([CHANNELS, c, kernel, kernel]));
  return builder.add('conv2d', [x, w], {
    strides: [1, 1],
    pads: [side, side, side, side],
    dilations: [1, 1],
    group: 1,
    autoPad: 'NOTSET',
  });
}

function copiesIn(graph: Graph, { capabilities }: WebGpuBackend): number {
  return plan(graph, capabilities).launches.filter(({ launch }) => launch.shader === 'shape/copy').length;
}

/** Convolutions, sums and concatenations of a batch; parts may be used twice, be outputs, or lie where none can be bound. */
function randomGraph(random: Random): Graph {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
  const builder = graphBuilder();
  const images = [builder.input('x', 'float32', [BATCH, CHANNELS, 8, 8])];
  for (let i = 0; i < 8; i++) {
    const a = pick(images.slice(-3));
    const act = random.next();
    if (act < 0.5) images.push(convolution(builder, random, a, pick([1, 3])));
    else if (act < 0.6) images.push(builder.add('relu', [a]));
    else images.push(builder.add('concat', [images.at(-1)!, pick(images), a], { axis: 1 }));
  }
  return builder.build('random', [images.at(-1)!, pick(images)]);
}

describe('sharing memory in a batch', () => {
  let backend: WebGpuBackend;
  before(async () => {
    backend = await createWebGpuBackend({ poison: true });
  });
  after(() => {
    backend.dispose();
  });

  const x = new Random(1).tensor([BATCH, CHANNELS, 8, 8]);
  const check = async (graph: Graph): Promise<void> => {
    const executable = await backend.compile(graph);
    try {
      const results = await executable.run({ x });
      const expected = evaluate(graph, { x });
      for (const name of graph.outputs)
        expect(relativeError(results[name]!.data, expected[name]!.data)).to.be.below(1e-5);
    } finally {
      executable.dispose();
    }
  };

  it('writes the images of a part apart, whichever way they are computed', async () => {
    const random = new Random(2);
    const builder = graphBuilder();
    const input = builder.input('x', 'float32', [BATCH, CHANNELS, 8, 8]);
    const parts = [1, 3].map((kernel) => convolution(builder, random, input, kernel));
    const whole = builder.add('concat', parts, { axis: 1 });
    const graph = builder.build('parts', [builder.add('relu', [whole])]);
    expect(copiesIn(graph, backend)).to.equal(0);
    expect(plan(graph).launches.map(({ launch }) => launch.shader)).not.to.include('shape/copy');
    await check(graph);
  });

  it('copies parts that are used elsewhere, or come from kernels that cannot', async () => {
    const random = new Random(3);
    const builder = graphBuilder();
    const input = builder.input('x', 'float32', [BATCH, CHANNELS, 8, 8]);
    const parts = [1, 3, 3].map((kernel) => convolution(builder, random, input, kernel));
    const whole = builder.add('concat', [...parts, builder.add('neg', [input])], { axis: 1 });
    const graph = builder.build('parts', [whole, parts[0]!, builder.add('neg', [parts[1]!])]);
    expect(copiesIn(graph, backend)).to.equal(3);
    await check(graph);
  });

  it('computes any graph as the reference does', async function () {
    this.timeout(60_000);
    const random = new Random(4);
    let spared = 0;
    for (let i = 0; i < 12; i++) {
      const graph = randomGraph(random);
      await check(graph);
      const parts = graph.nodes.reduce((sum, { op, inputs }) => sum + (op === 'concat' ? inputs.length : 0), 0);
      spared += parts - copiesIn(graph, backend);
    }
    expect(spared).to.be.above(0);
  });
});
