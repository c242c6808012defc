import 'unpool/components';
import type {} from 'unpool/react';
import { useRef, type ReactElement } from 'react';
import type { CnnSaliency } from 'unpool/components';

/** Every element, as React 19 writes them. */
export function Figures(): ReactElement {
  const figure = useRef<CnnSaliency>(null);
  return (
    <main>
      <cnn-saliency
        ref={figure}
        src="bee.jpg"
        method="guided-backprop"
        channel={3}
        no-controls
        className="wide"
        lang="zh"
        oncnn-load={({ model }) => console.log(model.name)}
        oncnn-error={({ error }) => console.log(error.message)}
      />
      <cnn-occlusion src="bee.jpg" size={32} stride={16} />
      <cnn-activations webcam layer="conv1" oncnn-frame={({ result }) => console.log(result)} />
      <cnn-top-patches corpus="photos.json" channels="3, 17" />
      <cnn-embedding corpus="photos.json" algorithm="umap" />
      <cnn-filters layer="conv1" oncnn-select={({ layer }) => console.log(layer)} />
      <cnn-graph for="a b" />
      <cnn-class-model target="goldfinch" />
      <cnn-feature channels="fire2: 3" />
      <cnn-dream src="bee.jpg" guideAlt="clouds" />
      <cnn-style src="bee.jpg" painting="wave.jpg" style-weight={10} />
      <cnn-inversion src="bee.jpg" layers="conv1, fire5" />
      <cnn-adversarial src="bee.jpg" epsilon={4} />
      <cnn-training recording="edges" />
      <cnn-trainer examples="fashion-mnist" oncnn-step={({ result }) => console.log(result)} />
      <cnn-bench runs={5} />
      {/* @ts-expect-error there is no such method */}
      <cnn-saliency method="magic" />
      {/* @ts-expect-error a number */}
      <cnn-occlusion size="big" />
      {/* @ts-expect-error there is no such element */}
      <cnn-nothing />
    </main>
  );
}
