import { withWeights, type Likeness } from '../zoo/weights.ts';

/** A network of Keras as tf2onnx wrote it (test/zoo/export-keras.py), with weights that are drawn. */
export async function kerasFile(name: string): Promise<Blob> {
  const at = `/test/zoo/nets/keras-${name}`;
  const [packed, likeness] = await Promise.all([fetch(`${at}.onnx.gz`), fetch(`${at}.json`)]);
  const bytes = await new Response(packed.body!.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  const weights = (await likeness.json()) as Record<string, Likeness>;
  return new Blob([withWeights(new Uint8Array(bytes), weights, 5)]);
}
