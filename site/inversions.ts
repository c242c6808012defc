import '../components/cnn-dream/cnn-dream.ts';
import '../components/cnn-inversion/cnn-inversion.ts';
import '../components/cnn-style/cnn-style.ts';
import { acceptFiles, photoForm } from './photos.ts';
import { followSteps } from './steps.ts';

followSteps();

const style = document.querySelector('cnn-style')!;

const showFile = photoForm(document.querySelector('#photos')!, document.querySelector('#message')!, (photo) => {
  for (const figure of document.querySelectorAll('cnn-inversion, cnn-dream, cnn-style')) Object.assign(figure, photo);
});
acceptFiles(showFile);

photoForm(
  document.querySelector('#paintings')!,
  document.querySelector('#painting-message')!,
  ({ src: painting, image: paintingImage, alt: paintingAlt }) => {
    Object.assign(style, { painting, paintingImage, paintingAlt });
  },
);
