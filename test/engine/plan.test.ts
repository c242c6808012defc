import { expect } from 'chai';
import { bytesOf, plan, type Plan } from '../../src/engine/plan.ts';
import { UnsupportedOpError } from '../../src/errors.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphBuilder, opOf } from '../support/ops.ts';
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
    } else if (even)
      images.push(builder.addAll('max-pool', [a], POOL, { outputs: [`pool${String(i)}`, `at${String(i)}`] })[0]!);
  }
  return builder.build('random', [images.at(-1)!, pick(images), pick(images)]);
}

/** Does what a run does to memory, slot by slot, and looks whether everybody finds what was written for them. */
function replay(graph: Graph, { place, slots }: Plan): void {
  const content = new Map<number, string>();
  const owner = new Map<string, string>();
  const ownerOf = (name: string): string => owner.get(name) ?? name;
  const find = (name: string): number | undefined => {
    const at = place.get(name)!;
    if (!('slot' in at)) return undefined;
    expect(content.get(at.slot), name).to.equal(ownerOf(name));
    expect(at.bytes, name).to.equal(bytesOf(graph.values.get(name)!.shape));
    expect(at.offset + at.bytes, name).to.be.at.most(slots[at.slot]!.bytes);
    return at.slot;
  };
  for (const { op, inputs, outputs } of graph.nodes) {
    const read = inputs.map(find);
    if (opOf(op).view) {
      owner.set(outputs[0]!, ownerOf(inputs[0]!));
      expect(place.get(outputs[0]!)).to.equal(place.get(inputs[0]!));
      continue;
    }
    for (const name of outputs) {
      const at = place.get(name)!;
      if (!('slot' in at)) expect.fail(`${name} has no memory`);
      expect(read, `${name} overwrites an input of its node`).not.to.include(at.slot);
      content.set(at.slot, name);
    }
    outputs.forEach(find);
  }
  graph.outputs.forEach(find);
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
    expect(place.get(view)).to.equal(place.get(y));
    expect(place.get(ofInput)).to.deep.equal({ input: 'x' });
    expect(launches.map(({ node }) => node)).to.deep.equal([y]);
  });

  it('lists launches in order with their share of the work', () => {
    const { launches } = plan(chain(3, [3]));
    expect(launches.map(({ launch }) => launch.shader)).to.deep.equal(['nn/relu', 'nn/relu', 'nn/relu']);
    for (const { flops, cost } of launches) {
      expect(flops).to.equal(100);
      expect(cost).to.be.above(flops);
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
