import { loadImage } from '../src/index.ts';
import '../components/index.ts';
import { followScheme } from './scheme.ts';

const saliency = document.querySelector('cnn-saliency')!;
const occlusion = document.querySelector('cnn-occlusion')!;
const figures = [saliency, occlusion];
const message = document.querySelector('#message')!;

// ?stride=32 asks for a coarser map, for slow machines.
const stride = Number(new URLSearchParams(location.search).get('stride'));
if (stride > 0) occlusion.stride = stride;

document.querySelector('#photos')!.addEventListener('change', ({ target }) => {
  const input = target as HTMLInputElement;
  if (input.type === 'file') void showFile(input.files?.[0]);
  else showPhoto(input);
});

function showPhoto({ value, dataset }: HTMLInputElement): void {
  message.textContent = '';
  for (const figure of figures) {
    figure.image = undefined;
    figure.src = `photos/${value}`;
    figure.alt = dataset['alt']!;
  }
}

/** A file the browser cannot read leaves the figures as they are. */
async function showFile(file: File | undefined): Promise<void> {
  if (!file) return;
  try {
    await loadImage(file);
  } catch (error) {
    message.textContent = (error as Error).message;
    return;
  }
  message.textContent = '';
  for (const radio of document.querySelectorAll<HTMLInputElement>('[name=photo]')) radio.checked = false;
  for (const figure of figures) {
    figure.image = file;
    figure.alt = file.name;
  }
}

addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dropping');
});
addEventListener('dragleave', ({ relatedTarget }) => {
  if (!relatedTarget) document.body.classList.remove('dropping');
});
addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  void showFile(event.dataTransfer?.files[0]);
});
addEventListener('paste', ({ clipboardData }) => {
  void showFile(clipboardData?.files[0]);
});

followScheme();
