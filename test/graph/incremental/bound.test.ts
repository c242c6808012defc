import { expect } from 'chai';
import { fold } from '../../../src/graph/fold.ts';
import { occlusionBound } from '../../../src/graph/incremental/bound.ts';
import type { PatchPositions } from '../../../src/graph/incremental/extent.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { importOnnx } from '../../../src/onnx/import.ts';
import { NETS } from '../../support/nets.ts';

function positions(size: number, stride: number): PatchPositions {
  const starts = Array.from({ length: Math.floor((224 - size) / stride) + 1 }, (_, i) => i * stride);
  return { rows: starts, cols: starts, size };
}

const GRIDS = [
  [16, 8],
  [16, 16],
  [32, 8],
  [32, 16],
] as const;

describe('occlusionBound', () => {
  /** Worked out on their own, from the sizes of the layers. */
  const expected: Readonly<Record<string, readonly number[]>> = {
    alexnet: [3.48, 3.38, 2.89, 2.83],
    vgg16: [8.88, 9.3, 6.5, 6.75],
    resnet18: [2.8, 2.91, 2.47, 2.56],
  };
  const check = (graph: Graph, input: string, bounds: readonly number[]): void => {
    for (const [i, [size, stride]] of GRIDS.entries()) {
      const bound = occlusionBound(graph, input, positions(size, stride));
      expect(bound, `${size}/${stride}`).to.be.closeTo(bounds[i]!, 0.0051);
    }
  };
  for (const [name, bounds] of Object.entries(expected)) {
    it(`counts the multiplications of ${name}`, () => {
      check(NETS[name as keyof typeof NETS]({ weights: 'none' }), 'image', bounds);
    });
  }
  it('counts the multiplications of SqueezeNet', async () => {
    const bytes = await (await fetch('/models/squeezenet1.1.onnx')).arrayBuffer();
    const graph = fold(await importOnnx(new Uint8Array(bytes)));
    check(graph, graph.inputs[0]!, [3.55, 3.46, 2.93, 2.87]);
  });
});
