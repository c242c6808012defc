import type { Model, SampleSource } from '../../engine/model.ts';
import { deconvnet } from './deconvnet.ts';
import { gradient } from './gradient.ts';
import { guidedBackprop } from './guided-backprop.ts';
import type { Attribution, AttributionOptions } from '../parts/backpropagate.ts';
import { saliency } from './saliency.ts';

export type AttributionMethodName = 'saliency' | 'gradient' | 'guided-backprop' | 'deconvnet';

export interface AttributionMethod {
  readonly title: string;
  /** Where it was published. */
  readonly source: string;
  /** One sentence for a reader of a figure. */
  readonly says: string;
  readonly run: (model: Model, picture: SampleSource, options?: AttributionOptions) => Promise<Attribution>;
}

/** The attribution methods by the name used in attributes and on the command line. */
export const attributionMethods: Readonly<Record<AttributionMethodName, AttributionMethod>> = {
  saliency: {
    title: 'Saliency',
    source: 'Simonyan, Vedaldi & Zisserman 2014, §3.1',
    says: 'How strongly each pixel, changed a little, would change the score.',
    run: saliency,
  },
  gradient: {
    title: 'Gradient',
    source: 'Simonyan, Vedaldi & Zisserman 2014, §3',
    says: 'In which direction each pixel would have to change to raise the score.',
    run: gradient,
  },
  'guided-backprop': {
    title: 'Guided backpropagation',
    source: 'Springenberg et al. 2015, §3',
    says: 'The parts of the picture that speak for the target, passed back only through active units and positive signals.',
    run: guidedBackprop,
  },
  deconvnet: {
    title: 'Deconvnet',
    source: 'Zeiler & Fergus 2014, §2.1',
    says: 'The pattern that the target saw, projected back through the recorded pooling switches.',
    run: deconvnet,
  },
};
