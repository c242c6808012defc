import { useState } from 'react';
import { Figure } from '../../types/guide/react.tsx';

/** The figure of the guide, and one whose attributes, flag and event are bound. */
export function Page() {
  const [{ method, bare }, change] = useState({ method: 'saliency', bare: true });
  const [said, say] = useState([]);
  return (
    <>
      <Figure />
      <button id="change" onClick={() => change({ method: 'guided-backprop', bare: false })}>
        Change
      </button>
      <cnn-saliency
        id="bound"
        src="/bee.jpg"
        alt="a bee"
        method={method}
        no-controls={bare}
        oncnn-result={({ target }) => say((before) => [...before, target.method])}
      />
      <output id="said">{said.join(' ')}</output>
    </>
  );
}
