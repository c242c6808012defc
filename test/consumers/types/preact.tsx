import 'unpool/components';
import type {} from 'unpool/preact';
import type { JSX } from 'preact';

export const Figures = (): JSX.Element => (
  <main>
    <cnn-saliency
      src="bee.jpg"
      method="deconvnet"
      no-controls
      class="wide"
      oncnn-load={({ model }) => console.log(model.name)}
    />
    {/* @ts-expect-error there is no such method */}
    <cnn-saliency method="magic" />
    {/* @ts-expect-error there is no such element */}
    <cnn-nothing />
  </main>
);
