import { expect } from 'chai';
import { bytesOf, type Place, type Plan } from '../../src/engine/arrange.ts';
import { planInOrder } from '../../src/engine/cpu/plan.ts';
import { plan } from '../../src/engine/plan.ts';
import { UnsupportedOpError } from '../../src/errors.ts';
import { contextOf, type GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder, opOf } from '../support/ops.ts';
import { sizeOf } from '../../src/tensor/shape.ts';
import { float32 } from '../../src/tensor/tensor.ts';
import { Random } from '../support/random.ts';

const POOL = {
  kernel: [2, 2],
  strides: [2, 2],
  pads: [0, 0, 0, 0],
  dilations: [1, 1],
  autoPad: 'NOTSET',
  ceilMode: false,
  global: false,
};

/** Element-wise ops, views, concatenations, pools with switches; some results are outputs, some nobody reads. */
function randomGraph(seed: number): Graph {
  const random = new Random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;
  const builder = graphBuilder();
  const images = [builder.input('x', 'float32', [1, 2, 8, 8]), builder.input('z', 'float32', [1, 1, 4, 4])];
  images.push(builder.constant('w', float32([1, 1, 1, 1], [2])));
  for (let i = 0; i < 30; i++) {
    const a = pick(images);
    const { shape } = builder.value(a);
    const even = shape[2]! >= 2 && shape[2]! % 2 === 0;
    const act = random.next();
    if (act < 0.3) images.push(builder.add('relu', [a]));
    else if (act < 0.5) images.push(builder.add('add', [a, a]));
    else if (act < 0.6)
      images.push(
        builder.add(
          'concat',
          [a, pick(images.slice(-1)), a].filter(
            (b) => builder.value(b).shape.slice(2).join() === shape.slice(2).join(),
          ),
          { axis: 1 },
        ),
      );
    else if (act < 0.8) {
      const flat = builder.add('reshape', [a], { shape: [1, -1, 1, 1], allowZero: false });
      images.push(builder.add('reshape', [flat], { shape: [...shape], allowZero: false }));
    } else if (act < 0.9) {
      const channels = shape[1]!;
      const start = Math.floor(random.next() * channels);
      images.push(
        builder.add('slice', [a], {
          starts: [0, start, 0, 0],
          sizes: [-1, Math.ceil((channels - start) / 2), -1, -1],
          steps: [1, 1, 1, 1],
        }),
      );
    } else if (even)
      images.push(builder.addAll('max-pool', [a], POOL, { outputs: [`pool${String(i)}`, `at${String(i)}`] })[0]!);
  }
  return builder.build('random', [images.at(-1)!, pick(images), pick(images)]);
}

/** How memory is handed out: the multiple at which tensors begin, and what no launch may both read and write. */
interface Memory {
  readonly alignment: number;
  readonly isApart: (a: Place, b: Place) => boolean;
}

const BUFFERS: Memory = {
  alignment: 256,
  isApart: (a, b) => !('slot' in a && 'slot' in b && a.slot === b.slot),
};

const ONE_PIECE: Memory = {
  alignment: 64,
  isApart: (a, b) => !('slot' in a && 'slot' in b) || a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset,
};

/** Does what a run does to memory, number by number, and looks whether everybody finds what was written for them. */
function replay(graph: Graph, { place, slots, launches }: Plan, { alignment, isApart }: Memory = BUFFERS): void {
  let fresh = 0;
  const memory = slots.map(({ bytes }) => new Float64Array(bytes / 4));
  const values = new Map<string, Float64Array>();
  const at = (name: string): Float64Array | undefined => {
    const where = place.get(name)!;
    if (!('slot' in where)) return undefined;
    expect(where.bytes, name).to.equal(bytesOf(graph.values.get(name)!.shape));
    expect(where.offset % alignment, name).to.equal(0);
    expect(where.offset + where.bytes, name).to.be.at.most(slots[where.slot]!.bytes);
    return memory[where.slot]!.subarray(where.offset / 4, (where.offset + where.bytes) / 4);
  };
  const expectThere = (name: string): void => {
    const expected = values.get(name)!;
    const found = at(name);
    if (found) expect(found.subarray(0, expected.length), name).to.deep.equal(expected);
  };
  const make = (name: string): Float64Array =>
    Float64Array.from({ length: sizeOf(graph.values.get(name)!.shape) }, () => ++fresh);
  for (const name of [...graph.inputs, ...graph.constants.keys()]) values.set(name, make(name));
  for (const node of graph.nodes) {
    node.inputs.forEach(expectThere);
    const { op, inputs, outputs } = node;
    const moves = opOf(op).view === true || op === 'concat' || op === 'slice';
    const operands = inputs.map((name) => values.get(name)!);
    const results = moves ? opOf(op).evaluate!(contextOf(node, graph.values), operands) : outputs.map(make);
    results.forEach((result, i) => values.set(outputs[i]!, result));
    for (const { launch } of launches.filter((planned) => planned.node === node.name)) {
      const bound = new Set(Object.values(launch.bindings));
      const [written, read] = [true, false].map((is) => [...bound].filter((name) => outputs.includes(name) === is));
      for (const y of written!)
        for (const x of read!) expect(isApart(place.get(x)!, place.get(y)!), `${node.name}: ${x}, ${y}`).to.equal(true);
      if (!moves) continue;
      // A copy of neighbours or with steps: the numbers that it moves are those of the result.
      const [result, target] = [values.get(outputs[0]!)!, at(outputs[0]!)!];
      const from = values.get(launch.bindings['x']!)!;
      result.forEach((n, i) => {
        if (from.includes(n)) target[i] = n;
      });
    }
    if (!moves) outputs.forEach((name) => at(name)!.set(values.get(name)!));
    outputs.forEach(expectThere);
  }
  graph.outputs.forEach(expectThere);
}

function chain(length: number, outputs: readonly number[]): Graph {
  const builder = graphBuilder();
  const names = [builder.input('x', 'float32', [100])];
  for (let i = 0; i < length; i++) names.push(builder.add('relu', [names.at(-1)!]));
  return builder.build(
    'chain',
    outputs.map((i) => names[i]!),
  );
}

describe('plan', () => {
  it('never lets live tensors share memory, in random graphs', () => {
    let saved = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const graph = randomGraph(seed);
      const planned = plan(graph);
      replay(graph, planned);
      expect(planned.peakBytes).to.be.at.most(planned.activationBytes);
      saved += planned.activationBytes - planned.peakBytes;
    }
    expect(saved).to.be.above(0);
  });

  it('never lets live tensors share one piece of memory, in random graphs', () => {
    let [inPiece, inSlots] = [0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const graph = randomGraph(seed);
      const planned = planInOrder(graph);
      replay(graph, planned, ONE_PIECE);
      inPiece += planned.peakBytes;
      inSlots += plan(graph).peakBytes;
    }
    expect(inPiece).to.be.below(inSlots);
  });

  it('needs no more of one piece than lives at once: a large tensor where two small ones were', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [1, 1, 8, 8]);
    const first = builder.add('relu', [x]);
    const [second, third] = [builder.add('neg', [first]), builder.add('exp', [first])];
    const four = builder.add('concat', [second, third, second, third], { axis: 1 });
    const graph = builder.build('growing', [builder.add('relu', [builder.add('relu', [four])])]);
    const planned = planInOrder(graph);
    expect(planned.peakBytes).to.equal(2 * 4 * 256);
    expect(plan(graph).peakBytes).to.be.above(planned.peakBytes);
    replay(graph, planned, ONE_PIECE);
  });

  it('runs a chain in two slots, whatever its length', () => {
    const { slots, peakBytes, activationBytes } = plan(chain(10, [10]));
    expect(slots).to.deep.equal([{ bytes: 400 }, { bytes: 400 }]);
    expect([peakBytes, activationBytes]).to.deep.equal([800, 4000]);
  });

  it('keeps what is to be read', () => {
    const graph = chain(10, [10, 3, 0]);
    const planned = plan(graph);
    expect(planned.slots.length).to.equal(3);
    expect(planned.place.get(graph.outputs[2]!)).to.deep.equal({ input: 'x' });
    replay(graph, planned);
  });

  it('enlarges a free slot rather than adding one, and takes the smallest that fits', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [4]);
    const small = builder.add('relu', [builder.add('relu', [x])]);
    const large = builder.add('concat', [small, small, small], { axis: 0 });
    const graph = builder.build('growing', [builder.add('relu', [large])]);
    const planned = plan(graph);
    expect(planned.slots.map(({ bytes }) => bytes).sort()).to.deep.equal([48, 48]);
    replay(graph, planned);
  });

  it('gives views the memory of their source', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [2, 3]);
    const y = builder.add('relu', [x]);
    const view = builder.add('reshape', [builder.add('reshape', [y], { shape: [6], allowZero: false })], {
      shape: [3, 2],
      allowZero: false,
    });
    const ofInput = builder.add('reshape', [x], { shape: [6], allowZero: false });
    const { place, launches } = plan(builder.build('views', [view, ofInput]));
    expect(place.get(view)).to.deep.equal(place.get(y));
    expect(place.get(ofInput)).to.deep.equal({ input: 'x' });
    expect(launches.map(({ node }) => node)).to.deep.equal([y]);
  });

  const channels = (start: number, size: number) => ({
    starts: [0, start, 0, 0],
    sizes: [-1, size, -1, -1],
    steps: [1, 1, 1, 1],
  });

  it('writes the parts of a concatenation in place, and reads slices there', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [1, 4, 4, 4]);
    const [a, b] = [builder.add('relu', [x]), builder.add('neg', [x])];
    const whole = builder.add('concat', [a, b], { axis: 1 });
    const part = builder.add('slice', [whole], channels(4, 4));
    const graph = builder.build('parts', [builder.add('relu', [part])]);
    const planned = plan(graph);
    expect(planned.launches.map(({ launch }) => launch.shader)).to.deep.equal([
      'pointwise/relu',
      'pointwise/unary',
      'pointwise/relu',
    ]);
    expect(planned.place.get(a)).to.deep.equal({ slot: 0, offset: 0, bytes: 256 });
    expect(planned.place.get(part)).to.deep.equal(planned.place.get(b));
    replay(graph, planned);
  });

  it('copies where a part cannot be bound, would be read and written at once, or is there twice', () => {
    const copies = (build: (builder: GraphBuilder, x: string) => string): number => {
      const builder = graphBuilder();
      const graph = builder.build('copies', [build(builder, builder.input('x', 'float32', [1, 4, 4, 4]))]);
      const planned = plan(graph);
      replay(graph, planned);
      return planned.launches.filter(({ launch }) => launch.shader === 'shape/copy').length;
    };
    const relu = (builder: GraphBuilder, x: string): string => builder.add('relu', [x]);
    expect(copies((g, x) => g.add('relu', [g.add('slice', [relu(g, x)], channels(1, 2))]))).to.equal(1);
    expect(copies((g, x) => g.add('slice', [x], channels(0, 4)))).to.equal(1);
    expect(
      copies((g, x) => {
        const a = relu(g, x);
        return g.add('concat', [a, relu(g, a)], { axis: 1 });
      }),
    ).to.equal(1);
    expect(
      copies((g, x) => {
        const a = relu(g, x);
        return g.add('concat', [a, a], { axis: 1 });
      }),
    ).to.equal(2);
    expect(
      copies((g, x) => {
        const a = relu(g, x);
        const both = g.add('concat', [a, g.add('neg', [x])], { axis: 1 });
        return g.add('add', [both, g.add('concat', [a, g.add('neg', [x])], { axis: 1 })]);
      }),
    ).to.equal(1);
  });

  it('lists launches in order with their share of the work', () => {
    const { launches } = plan(chain(3, [3]));
    expect(launches.map(({ launch }) => launch.shader)).to.deep.equal([
      'pointwise/relu',
      'pointwise/relu',
      'pointwise/relu',
    ]);
    for (const { flops, bytes } of launches) {
      expect(flops).to.equal(100);
      expect(bytes).to.be.above(0);
    }
  });

  it('launches nothing for empty tensors but gives them memory', () => {
    const builder = graphBuilder();
    const y = builder.add('relu', [builder.input('x', 'float32', [0, 3])]);
    const { launches, place } = plan(builder.build('empty', [y]));
    expect(launches).to.deep.equal([]);
    expect(place.get(y)).to.deep.equal({ slot: 0, offset: 0, bytes: 16 });
  });

  it('names all ops that run on constants only', () => {
    const builder = graphBuilder();
    const x = builder.input('x', 'float32', [3]);
    const outputs = [builder.add('cast', [x], { to: 'int32' }), builder.add('cast', [x], { to: 'int64' })];
    expect(() => plan(builder.build('casts', outputs)))
      .to.throw(UnsupportedOpError)
      .with.property('nodes')
      .with.lengthOf(2);
  });
});
