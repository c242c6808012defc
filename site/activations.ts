import './elements.ts';

// The webcam only when the reader asks for it; ?webcam asks at once.
const figure = document.querySelector('cnn-activations')!;
figure.webcam = new URLSearchParams(location.search).has('webcam');
