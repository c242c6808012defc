import { loadImage } from '../src/index.ts';

/** A picture that the reader chose. */
export interface Photo {
  /** Undefined for an own one. */
  readonly src: string | undefined;
  readonly image: File | undefined;
  readonly alt: string;
}

/**
 * A form with photos to choose from and a field for an own file. A file that the browser cannot read gives a message and
 * changes nothing. Returns what shows a file that came in another way.
 */
export function photoForm(
  form: Element,
  message: Element,
  show: (photo: Photo) => void,
): (file: File | undefined) => Promise<void> {
  const showFile = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      await loadImage(file);
    } catch (error) {
      message.textContent = (error as Error).message;
      return;
    }
    message.textContent = '';
    for (const radio of form.querySelectorAll<HTMLInputElement>('[type=radio]')) radio.checked = false;
    show({ src: undefined, image: file, alt: file.name });
  };
  form.addEventListener('change', ({ target }) => {
    const { type, files, labels, dataset } = target as HTMLInputElement;
    if (type === 'file') {
      void showFile(files?.[0]);
      return;
    }
    message.textContent = '';
    // The page's own thumbnail is the photo: its address holds wherever the page lies.
    show({ src: labels![0]!.querySelector('img')!.src, image: undefined, alt: dataset['alt']! });
  });
  return showFile;
}
