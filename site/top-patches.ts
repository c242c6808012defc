import './elements.ts';

// ?channels=1 shows that many of each figure, for slow machines.
const limit = Number(new URLSearchParams(location.search).get('channels'));
if (limit > 0) {
  for (const figure of document.querySelectorAll('cnn-top-patches')) {
    figure.channels = figure.channels?.split(',').slice(0, limit).join();
  }
}
