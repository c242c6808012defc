import { expect } from 'chai';
import { ArgumentError } from '../../src/errors.ts';
import { layersOf, resolveTensor } from '../../src/graph/layers.ts';
import { graphBuilder } from '../support/ops.ts';

function network() {
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', [1, 4]);
  const fire = builder.add('relu', [x], {}, { name: '/fire5/relu/Relu', outputs: ['fire5_out'] });
  const tanh = builder.add('tanh', [fire], {}, { name: '/fire6/Tanh', outputs: ['fire6_out'] });
  builder.alias('same', { tensor: fire });
  builder.alias('conv', { gone: 'batch normalisation "bn" was folded into it' });
  return builder.build('net', [tanh]);
}

const aliases = { fire5: 'fire5_out', lost: 'nowhere' };

describe('layersOf', () => {
  it('lists what nodes make, under readable names where there are some', () => {
    expect(layersOf(network(), aliases)).to.deep.equal([
      { name: 'fire5', tensor: 'fire5_out', op: 'relu', shape: [1, 4] },
      { name: '/fire6/Tanh', tensor: 'fire6_out', op: 'tanh', shape: [1, 4] },
    ]);
  });
});

describe('resolveTensor', () => {
  it('finds aliases, tensors, nodes, and names that were moved', () => {
    const graph = network();
    expect(resolveTensor(graph, 'fire5', aliases)).to.equal('fire5_out');
    expect(resolveTensor(graph, 'fire5_out')).to.equal('fire5_out');
    expect(resolveTensor(graph, '/fire6/Tanh', aliases)).to.equal('fire6_out');
    expect(resolveTensor(graph, 'same')).to.equal('fire5_out');
    expect(resolveTensor(graph, 'x')).to.equal('x');
  });

  it('says where a name went', () => {
    expect(() => resolveTensor(network(), 'conv')).to.throw(ArgumentError, /"conv".*"bn" was folded into it/);
  });

  it('lists the layers there are, closest first', () => {
    const graph = network();
    expect(() => resolveTensor(graph, 'fire6', aliases)).to.throw(ArgumentError, 'expected "/fire6/Tanh", "fire5"');
    expect(() => resolveTensor(graph, 'fir5', aliases)).to.throw(ArgumentError, 'expected "fire5", "/fire6/Tanh"');
    expect(() => resolveTensor(graph, 'lost', aliases)).to.throw(ArgumentError, 'there is no layer "lost"');
    expect(() => resolveTensor(graph, 'toString', aliases)).to.throw(ArgumentError, 'there is no layer "toString"');
  });

  it('keeps the list short', () => {
    const builder = graphBuilder();
    let x = builder.input('x', 'float32', [1]);
    for (let i = 0; i < 20; i++) x = builder.add('relu', [x], {}, { name: `layer${String(i)}` });
    const graph = builder.build('net', [x]);
    expect(() => resolveTensor(graph, 'layer17b')).to.throw(ArgumentError, /expected "layer17", .* or one of 8 more/);
  });
});
