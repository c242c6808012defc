import { ImageError, type ImageSource, type Model, type Sample } from '../../src/internal.ts';

/** Where the network's inputs come from. */
export interface Feed {
  /** The picture that there is now, as the network sees it. */
  frame(model: Model): Promise<Sample>;
  /** Undefined where the picture stays as it is. */
  readonly motion?: Motion;
}

/** Pictures that go on coming. */
export interface Motion {
  /** To be kept in the page, since browsers show no frames of a video that is not. */
  readonly video: HTMLVideoElement;
  /** Calls back at each new picture, until the signal fires. */
  follow(onFrame: () => void, signal: AbortSignal): void;
  play(): void;
  pause(): void;
  /** Lets go of the device or the file. */
  close(): void;
}

/** What an author or a reader chose; the webcam first, then `image`, `video` and `src`. */
export interface FeedChoice {
  readonly webcam: boolean;
  readonly image: ImageSource | undefined;
  readonly video: string | undefined;
  readonly src: string | undefined;
}

/** Opens the feed that was chosen. Throws {@link ImageError} where that is not possible. */
export async function openFeed(
  { webcam, image, video, src }: FeedChoice,
  model: Model,
  signal: AbortSignal,
): Promise<Feed> {
  if (webcam) return feedOf(await openWebcam(signal));
  if (image instanceof Blob && image.type.startsWith('video/')) return videoFeed(image, signal);
  if (image === undefined && video !== undefined) return videoFeed(video, signal);
  const sample = await model.prepare(image ?? src!, { signal });
  return { frame: () => Promise.resolve(sample) };
}

/** A video, played in a loop without sound. Throws {@link ImageError} where the browser cannot play it. */
async function videoFeed(source: string | Blob, signal: AbortSignal): Promise<Feed> {
  const video = silentVideo();
  const url = typeof source === 'string' ? source : URL.createObjectURL(source);
  const close = (): void => {
    video.pause();
    video.removeAttribute('src');
    video.load();
    if (typeof source !== 'string') URL.revokeObjectURL(url);
  };
  video.crossOrigin = 'anonymous';
  video.loop = true;
  video.src = url;
  try {
    await firstFrame(video, signal);
  } catch (cause) {
    close();
    signal.throwIfAborted();
    throw new ImageError('not a video this browser can play', {
      where: source instanceof File ? source.name : url,
      expected: 'MP4 (H.264), WebM or Ogg, from this site or one that allows it (CORS)',
      ...(video.error?.message ? { got: video.error.message } : {}),
      ...(typeof source === 'string'
        ? {}
        : { remedy: 'A Content-Security-Policy of the page must allow media-src blob:' }),
      cause,
    });
  }
  return feedOf(motionOf(video, close));
}

/** The reader's webcam. Throws {@link ImageError} where it is refused, missing or in use. */
export async function openWebcam(signal: AbortSignal): Promise<Motion> {
  // Typed as always there, but missing on insecure pages.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) {
    throw new ImageError('the page cannot use a webcam', {
      expected: 'a page served over https, or from this computer',
    });
  }
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false });
  } catch (cause) {
    throw webcamError(cause);
  }
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const video = silentVideo();
  // While readers were asked they may have closed it, or left.
  if (signal.aborted) close();
  signal.throwIfAborted();
  video.srcObject = stream;
  try {
    await firstFrame(video, signal);
  } catch (cause) {
    close();
    signal.throwIfAborted();
    throw webcamError(cause);
  }
  return motionOf(video, close);
}

const REFUSALS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  NotAllowedError: [
    'the webcam was refused',
    'Allow it beside the address of the page, then try again. A page inside another also needs allow="camera" on its frame.',
  ],
  SecurityError: ['the page may not use a webcam', 'Open it by itself, not inside another page.'],
  NotFoundError: ['there is no webcam', 'Connect one, then try again.'],
  NotReadableError: ['the webcam gives no picture: another program may be using it', 'Close that, then try again.'],
};

function webcamError(cause: unknown): ImageError {
  const name = cause instanceof Error ? cause.name : '';
  const [what, remedy] = REFUSALS[name] ?? ['the webcam could not be opened', 'Try again.'];
  return new ImageError(what, { remedy, ...(REFUSALS[name] ? {} : { got: String(cause) }), cause });
}

function silentVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.setAttribute('aria-hidden', 'true');
  return video;
}

/** Starts the video and waits until it has a picture. */
async function firstFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  const loaded = new Promise<void>((resolve, reject) => {
    video.addEventListener('loadeddata', () => resolve(), { signal });
    video.addEventListener('error', () => reject(new Error(video.error?.message)), { signal });
    signal.addEventListener('abort', () => reject(signal.reason as DOMException), { once: true });
  });
  await Promise.all([loaded, video.play()]);
  signal.throwIfAborted();
}

function feedOf(motion: Motion): Feed {
  return { frame: (model) => model.prepare(motion.video), motion };
}

function motionOf(video: HTMLVideoElement, close: () => void): Motion {
  return {
    video,
    follow: (onFrame, signal) => {
      const look = (): void => {
        if (signal.aborted) return;
        onFrame();
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    },
    play: () => {
      video.play().catch(() => undefined); // another pause came first
    },
    pause: () => {
      video.pause();
    },
    close,
  };
}
