import './elements.ts';

// ?iterations=300 asks for fewer, for slow machines.
const iterations = Number(new URLSearchParams(location.search).get('iterations'));
if (iterations > 0) document.querySelector('cnn-embedding')!.iterations = iterations;
