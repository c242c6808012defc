import '../components/cnn-dream/cnn-dream.ts';
import '../components/cnn-inversion/cnn-inversion.ts';
import '../components/cnn-style/cnn-style.ts';
import { acceptFiles } from './drops.ts';
import { photoForm } from './photos.ts';
import { followSteps } from './steps.ts';

followSteps();

const style = document.querySelector('cnn-style')!;

const showFile = photoForm(document.querySelector('#photos')!, document.querySelector('#message')!, (photo) => {
  for (const figure of document.querySelectorAll('cnn-inversion, cnn-dream, cnn-style')) Object.assign(figure, photo);
});
acceptFiles(({ files }) => void showFile(files[0]));

photoForm(
  document.querySelector('#paintings')!,
  document.querySelector('#painting-message')!,
  ({ src: painting, image: paintingImage, alt: paintingAlt }) => {
    Object.assign(style, { painting, paintingImage, paintingAlt });
  },
);
