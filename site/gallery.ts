import './elements.ts';
import { acceptFiles } from './drops.ts';
import { photoForm } from './photos.ts';

const saliency = document.querySelector('cnn-saliency')!;
const occlusion = document.querySelector('cnn-occlusion')!;

// ?stride=32 asks for a coarser map, for slow machines.
const stride = Number(new URLSearchParams(location.search).get('stride'));
if (stride > 0) occlusion.stride = stride;

const showFile = photoForm(document.querySelector('#photos')!, document.querySelector('#message')!, (photo) => {
  for (const figure of [saliency, occlusion]) Object.assign(figure, photo);
});
acceptFiles(({ files }) => void showFile(files[0]));
