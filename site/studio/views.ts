import { START, type StudioState, type View } from './address.ts';

/** How a view is drawn, and what its element wants to know. */
interface Drawing {
  readonly tag: string;
  /** Name of the tab. */
  readonly title: string;
  readonly needs: 'picture' | 'corpus' | 'nothing';
  /** What a chosen channel becomes; undefined where the element looks at whole layers. */
  readonly unit?: 'channel' | 'channels';
  readonly at?: boolean;
}

export const DRAWINGS: Readonly<Record<View, Drawing>> = {
  activations: { tag: 'cnn-activations', title: 'Activations', needs: 'picture', unit: 'channel', at: true },
  filters: { tag: 'cnn-filters', title: 'Filters', needs: 'nothing' },
  saliency: { tag: 'cnn-saliency', title: 'Saliency', needs: 'picture', unit: 'channel', at: true },
  occlusion: { tag: 'cnn-occlusion', title: 'Occlusion', needs: 'picture' },
  'top-patches': { tag: 'cnn-top-patches', title: 'Top patches', needs: 'corpus', unit: 'channels' },
  feature: { tag: 'cnn-feature', title: 'Feature visualisation', needs: 'nothing', unit: 'channels' },
  map: { tag: 'cnn-embedding', title: 'Map', needs: 'corpus' },
};

/** The picture that a view shows: only activations are drawn live. */
export const pictureFor = ({ view, picture }: Pick<StudioState, 'view' | 'picture'>): string =>
  picture === 'webcam' && view !== 'activations' ? START.picture : picture;
