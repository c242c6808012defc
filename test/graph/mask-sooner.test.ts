import { expect } from 'chai';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { maskSooner } from '../../src/graph/mask-sooner.ts';
import { prune } from '../../src/graph/prune.ts';
import type { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Rules } from '../../src/ir/op.ts';
import { graphBuilder } from '../support/ops.ts';
import { Random } from '../support/random.ts';

const pool = (kernel: number, stride: number, dilation = 1) => ({
  kernel: [kernel, kernel],
  strides: [stride, stride],
  pads: [1, 1, 1, 1],
  dilations: [dilation, dilation],
  autoPad: 'NOTSET',
  ceilMode: false,
});

const ACTIVATIONS: Readonly<Record<string, (builder: GraphBuilder, x: string) => string>> = {
  relu: (builder, x) => builder.add('relu', [x]),
  clip: (builder, x) => builder.add('clip', [x], { min: -0.2, max: 0.5 }),
};

const WINDOWS = {
  'that overlap': pool(3, 2),
  'that overlap through their holes': pool(2, 2, 2),
  'side by side': pool(3, 3),
  'with gaps': pool(2, 3),
};

/** The way back from what `end` makes of the pooled activation. */
function wayBack(
  activation: string,
  attributes: ReturnType<typeof pool>,
  rules: Rules,
  end: (builder: GraphBuilder, pooled: string, activated: string) => string = (_, pooled) => pooled,
): Graph {
  const builder = graphBuilder();
  const y = ACTIVATIONS[activation]!(builder, builder.input('x', 'float32', [2, 3, 9, 10]));
  const forward = builder.build('net', [end(builder, builder.addAll('max-pool', [y], attributes)[0]!, y)]);
  const { graph, gradients } = differentiate(forward, { of: forward.outputs[0]!, wrt: ['x'], rules });
  return prune(graph, [...gradients.values()]);
}

/** Numbers of which half are negative and many equal. */
function run(graph: Graph): readonly number[] {
  const random = new Random(7);
  const feeds = graph.inputs.map((name) => {
    const numbers = random.tensor(graph.values.get(name)!.shape);
    return [name, { ...numbers, data: numbers.data.map((n) => Math.round(4 * n) / 4) }] as const;
  });
  return [...evaluate(graph, Object.fromEntries(feeds))[graph.outputs[0]!]!.data];
}

/** What the nodes after the pool read of the activation. */
function readsAfterPool({ nodes }: Graph): string[] {
  const at = nodes.findIndex(({ op }) => op === 'max-pool');
  const [activated] = nodes[at]!.inputs;
  return nodes.slice(at + 1).flatMap(({ op, inputs }) => (inputs.includes(activated!) ? [op] : []));
}

describe('maskSooner', () => {
  for (const [rule, rules] of Object.entries(RULES)) {
    for (const activation of Object.keys(ACTIVATIONS)) {
      for (const [windows, attributes] of Object.entries(WINDOWS)) {
        it(`changes no bit, and needs the activation no more: ${rule}, ${activation}, windows ${windows}`, () => {
          const graph = wayBack(activation, attributes, rules);
          const result = maskSooner(graph);
          expect(run(result)).to.deep.equal(run(graph));
          expect(run(graph).some((n) => n !== 0)).to.equal(true);
          if (rules.relu === 'deconvnet') expect(result).to.equal(graph);
          else expect([readsAfterPool(graph), readsAfterPool(result)]).to.deep.equal([['relu-grad'], []]);
        });
      }
    }
  }

  it('leaves alone a signal that comes on another way too', () => {
    const graph = wayBack('relu', pool(2, 2), RULES.guided, (builder, pooled, activated) => {
      const mean = (x: string): string => builder.add('reduce', [x], { mode: 'mean', axes: [2, 3], keepdims: true });
      return builder.add('mul', [mean(pooled), mean(activated)]);
    });
    expect(maskSooner(graph)).to.equal(graph);
  });

  it('leaves alone an unpooled signal that is asked for', () => {
    const graph = wayBack('relu', pool(2, 2), RULES.gradient);
    const unpooled = graph.nodes.find(({ op }) => op === 'max-unpool')!.outputs[0]!;
    const asked = prune(graph, [...graph.outputs, unpooled]);
    expect(maskSooner(asked)).to.equal(asked);
  });
});
