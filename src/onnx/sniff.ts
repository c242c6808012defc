/** First bytes of what people take for a model by mistake: a server's error page, another framework's file, a picture. */
const SIGNATURES: readonly (readonly [what: string, offset: number, bytes: string])[] = [
  ['a Git LFS pointer instead of the file it stands for', 0, 'version https://git-lfs'],
  ['a PNG picture', 0, '\x89PNG'],
  ['a JPEG picture', 0, '\xff\xd8\xff'],
  ['a GIF picture', 0, 'GIF8'],
  ['a WebP picture', 8, 'WEBP'],
  ['a PDF document', 0, '%PDF'],
  ['gzip-compressed data', 0, '\x1f\x8b'],
  ['a ZIP archive (PyTorch .pt files are)', 0, 'PK\x03\x04'],
  ['an HDF5 file (Keras .h5 files are)', 0, '\x89HDF'],
  ['a TensorFlow Lite model', 4, 'TFL3'],
  ['a model in ONNX Runtime’s own .ort format', 4, 'ORTM'],
  ['a Python pickle (old PyTorch .pt files are)', 0, '\x80\x02'],
  ['a safetensors file', 8, '{"'],
];

/** Says what bytes that are not an ONNX model look like, or undefined when they look like nothing known. */
export function sniff(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  const known = SIGNATURES.find(([, offset, signature]) => head.startsWith(signature, offset));
  if (known) return known[0];
  // The first byte of a protobuf message is a tag, and ONNX's first fields have tags that are no printable character.
  if (!/^[\x09\x0a\x0d\x20-\x7e]{16}/.test(head) && !/^[\x09\x0a\x0d\x20-\x7e]+$/.test(head)) return undefined;
  const text = head.trimStart();
  if (/^<(!doctype html|html|head|body)/i.test(text)) return 'an HTML page, such as the error page of a server';
  if (text.startsWith('<')) return 'an XML document';
  if (/^[[{]/.test(text)) return 'JSON text';
  return `text that begins "${text.slice(0, 24)}"`;
}
