export interface DecodedFrame {
  /** [height, width, RGBA] */
  readonly pixels: readonly number[];
  readonly ms: number;
}

/** The frames of an animated file as the browser decodes them. */
export async function decodeAnimation(file: Blob): Promise<{ frames: DecodedFrame[]; repetitions: number }> {
  const decoder = new ImageDecoder({ data: await file.arrayBuffer(), type: file.type, colorSpaceConversion: 'none' });
  await decoder.tracks.ready;
  const { frameCount, repetitionCount } = decoder.tracks.selectedTrack!;
  const frames: DecodedFrame[] = [];
  // Firefox 140 counts the picture for whoever knows none but still ones, and cannot decode it.
  const count = frameCount - (/Firefox/.test(navigator.userAgent) ? 1 : 0);
  for (let frameIndex = 0; frameIndex < count; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    const { displayWidth, displayHeight, duration } = image;
    const context = new OffscreenCanvas(displayWidth, displayHeight).getContext('2d', { willReadFrequently: true })!;
    context.drawImage(image, 0, 0);
    image.close();
    const { data } = context.getImageData(0, 0, displayWidth, displayHeight);
    frames.push({ pixels: [...data], ms: duration! / 1000 });
  }
  decoder.close();
  return { frames, repetitions: repetitionCount };
}
