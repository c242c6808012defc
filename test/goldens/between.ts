import type { Backend } from '../../src/engine/backend.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { float32, type Tensor } from '../../src/tensor/tensor.ts';
import { relativeL2, type Row } from './report.ts';

const BOUND = 1e-5;
/** Where a unit within rounding of 0 passes a gradient on one backend and not on the other, as ../fixtures say. */
const OTHER_WAY = 5e-3;

/** The same numbers on two backends: what a network gives, and each backward pass to its input from its first class. */
export async function checkBetween(
  subject: string,
  graph: Graph,
  input: Tensor,
  backends: readonly [Backend, Backend],
  report: (row: Row) => void,
): Promise<void> {
  const [of, image] = [graph.outputs[0]!, graph.inputs[0]!];
  for (const [rule, rules] of Object.entries(RULES)) {
    const { graph: both, gradients } = differentiate(graph, { of, wrt: [image], rules });
    const gradient = gradients.get(image)!;
    const ways = [...new Set(both.nodes.flatMap(waysOf))];
    const program = prune(both, [of, gradient, ...ways]);
    const seed = float32(both.values.get('seed')!.shape, oneHot(sizeOf(both.values.get('seed')!.shape)));
    const [a, b] = (await Promise.all(
      backends.map(async (backend) => {
        const executable = await backend.compile(program);
        const results = await executable.run({ [image]: input, seed });
        executable.dispose();
        return results;
      }),
    )) as [Record<string, Tensor>, Record<string, Tensor>];
    const error = (quantity: string, name: string, bound: number): void => {
      const value = relativeL2(a[name]!.data, b[name]!.data);
      report({ subject, quantity, measure: 'relative L2 between backends', value, bound });
    };
    const other = ways.reduce((sum, name) => sum + differentWays(a[name]!, b[name]!), 0);
    if (rule === 'gradient') error('output', of, BOUND);
    error(other === 0 ? rule : `${rule}, ${other} another way`, gradient, other === 0 ? BOUND : OTHER_WAY);
  }
}

function oneHot(size: number): Float32Array {
  const numbers = new Float32Array(size);
  numbers[0] = 1;
  return numbers;
}

/** What decides where a gradient passes: the results of a ReLU, and where the maxima of a pool were. */
function waysOf({ op, inputs }: Graph['nodes'][number]): readonly string[] {
  return op === 'relu-grad' ? [inputs[0]!] : op === 'max-unpool' ? [inputs[1]!] : [];
}

function differentWays(a: Tensor, b: Tensor): number {
  const isSwitch = a.dtype === 'uint32';
  let count = 0;
  for (const [i, value] of a.data.entries()) if (isSwitch ? value !== b.data[i] : value > 0 !== b.data[i]! > 0) count++;
  return count;
}
