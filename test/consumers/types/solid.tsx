import 'unpool/components';
import type {} from 'unpool/solid';
import type { JSX } from 'solid-js';

export const Figures = (): JSX.Element => (
  <main>
    <cnn-saliency
      src="bee.jpg"
      method="deconvnet"
      no-controls
      class="wide"
      on:cnn-load={({ model }) => console.log(model.name)}
    />
    {/* @ts-expect-error there is no such method */}
    <cnn-saliency method="magic" />
    {/* @ts-expect-error there is no such element */}
    <cnn-nothing />
  </main>
);
