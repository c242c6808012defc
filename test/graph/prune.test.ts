import { expect } from 'chai';
import { prune } from '../../src/graph/prune.ts';
import { graphBuilder } from '../support/ops.ts';
import { float32 } from '../../src/tensor/tensor.ts';

describe('prune', () => {
  const builder = graphBuilder();
  const x = builder.input('x', 'float32', [2]);
  builder.input('unused', 'float32', [2]);
  builder.constant('idle', float32([1], [1]));
  const a = builder.add('relu', [x], {}, { outputs: ['a'] });
  const b = builder.add('add', [a, builder.constant('w', float32([2], [1, 2]))], {}, { outputs: ['b'] });
  builder.add('neg', [b], {}, { outputs: ['c'] });
  builder.alias('old', { tensor: 'a' });
  builder.alias('late', { tensor: 'c' });
  const graph = builder.build('net', ['c']);

  it('keeps what the outputs need, in order', () => {
    const pruned = prune(graph, ['b']);
    expect(pruned.nodes.map(({ op }) => op)).to.deep.equal(['relu', 'add']);
    expect(pruned.inputs).to.deep.equal(['x']);
    expect([...pruned.constants.keys()]).to.deep.equal(['w']);
    expect([...pruned.values.keys()].sort()).to.deep.equal(['a', 'b', 'w', 'x']);
    expect(pruned.outputs).to.deep.equal(['b']);
    expect(pruned.constants.get('w')).to.equal(graph.constants.get('w'));
  });

  it('says of names whose tensor went that it went', () => {
    const { aliases } = prune(graph, ['b']);
    expect(aliases.get('old')).to.deep.equal({ tensor: 'a' });
    expect(aliases.get('late')).to.have.property('gone').that.contains('"c"');
  });

  it('keeps the outputs of the graph by default', () => {
    expect(prune(graph).nodes.length).to.equal(3);
  });
});
