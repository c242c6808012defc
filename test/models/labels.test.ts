import { expect } from 'chai';
import { ArgumentError, ModelFormatError } from '../../src/errors.ts';
import { findLabel, loadLabels, parseLabels, type Label } from '../../src/models/labels.ts';
import { repositoryFile } from '../goldens.ts';
import { rejection } from '../rejection.ts';

describe('models/labels', () => {
  let labels: readonly Label[];
  before(async () => {
    labels = await loadLabels(repositoryFile('models/labels/imagenet-labels.json'));
  });

  it('are a thousand, in the order of the classes', () => {
    expect(labels).to.have.length(1000);
    expect(labels[285]).to.deep.equal({ id: 285, synset: 'n02124075', name: 'Egyptian cat' });
    expect(labels[967]!.name).to.equal('espresso');
    expect(labels.every(({ id }, i) => id === i)).to.be.true;
  });

  it('finds by id, synset and name', () => {
    for (const query of [285, '285', 'n02124075', 'Egyptian cat', ' egyptian CAT ']) {
      expect(findLabel(labels, query).id).to.equal(285);
    }
  });

  it('suggests names that come close', async () => {
    const typo = await rejection(ArgumentError, () => findLabel(labels, 'egyptain cat'));
    expect(typo.code).to.equal('argument');
    expect(typo.message).to.match(/^there is no class "egyptain cat".*Close are "Egyptian cat" \(285, n02124075\)/);
    const part = await rejection(ArgumentError, () => findLabel(labels, 'terrier'));
    expect(part.details.remedy!.match(/terrier"/gi)).to.have.length(5);
    const outside = await rejection(ArgumentError, () => findLabel(labels, 1000));
    expect(outside.message).to.equal('there is no class "1000"; expected a name, a synset or 0…999.');
  });

  it('does not choose between two classes of one name', async () => {
    const error = await rejection(ArgumentError, () => findLabel(labels, 'crane'));
    expect(error.message).to.contain('"crane" (134, n02012849) or "crane" (517, n03126707)');
  });

  it('takes very many, and says how many', async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `class ${String(i % 50_000)}`);
    const many = parseLabels(names);
    expect(findLabel(many, '99999').id).to.equal(99_999);
    const shared = await rejection(ArgumentError, () => findLabel(many, 'class 7'));
    expect(shared.message).to.contain('(7) or "class 7" (50007)');
    const near = await rejection(ArgumentError, () => findLabel(many, 'lass 49999'));
    expect(near.details.remedy).to.contain('"class 49999"');
    const all = parseLabels(new Array(1000).fill('same'));
    expect((await rejection(ArgumentError, () => findLabel(all, 'same'))).message).to.contain('or 995 more');
    const error = await rejection(ModelFormatError, () => parseLabels(new Array(200_001).fill('a')));
    expect(error.message).to.contain('too many labels').and.contain('200,000').and.contain('got 200,001');
    const long = await rejection(ModelFormatError, () => parseLabels(['a'.repeat(100_000)]));
    expect(long.message).to.contain('at most 1,000 characters');
    expect(long.message.length).to.be.lessThan(400);
    const query = await rejection(ArgumentError, () => findLabel(many, 'x'.repeat(100_000)));
    expect(query.message.length).to.be.lessThan(600);
  });

  it('takes plain lists of names, and says which entry is wrong', async () => {
    expect(parseLabels(['zero', 'one'])[1]).to.deep.equal({ id: 1, name: 'one' });
    const error = await rejection(ModelFormatError, () => parseLabels(['zero', 1], 'digits.json'));
    expect(error.message).to.contain('digits.json, entry 1').and.contain('got 1');
    await rejection(ModelFormatError, () => parseLabels({ a: 1 }));
  });
});
