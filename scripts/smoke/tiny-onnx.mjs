// A network of one convolution with its weights in a file beside it, as PyTorch exports them, written by hand.

/** A protobuf field with texts or messages in it. */
function field(tag, ...parts) {
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part));
  return [(tag << 3) | 2, ...varint(bytes.length), ...bytes];
}

const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)]);
const int = (tag, n) => [tag << 3, ...varint(n)];

/** NodeProto: an operator with one output. */
const node = (op, inputs, output) =>
  field(1, ...inputs.map((name) => field(1, name)), field(2, output), field(3, output), field(4, op));

/** ValueInfoProto of float32. */
const value = (tag, name, shape) =>
  field(tag, field(1, name), field(2, field(1, int(1, 1), field(2, ...shape.map((n) => field(1, int(1, n)))))));

/** Of pictures `side` × `side`: conv (3×3, four filters) → relu → the mean of each map → four scores. */
export function tinyNetwork(weightsFile, side) {
  const weights = Float32Array.from({ length: 4 * 27 }, (_, i) => Math.sin(i * 1.7) / 3);
  const entry = (key, text) => field(13, field(1, key), field(2, text));
  const external = [entry('location', weightsFile), entry('offset', '0'), entry('length', `${weights.byteLength}`)];
  const dims = [4, 3, 3, 3].flatMap((n) => int(1, n));
  const initializer = field(5, dims, int(2, 1), field(8, 'weights'), ...external, int(14, 1));
  const graph = field(
    7,
    node('Conv', ['picture', 'weights'], 'conv'),
    node('Relu', ['conv'], 'relu'),
    node('GlobalAveragePool', ['relu'], 'mean'),
    node('Flatten', ['mean'], 'scores'),
    field(2, 'tiny'),
    initializer,
    value(11, 'picture', [1, 3, side, side]),
    value(12, 'scores', [1, 4]),
  );
  const model = Uint8Array.from([...int(1, 8), ...graph, ...field(8, int(2, 18))]);
  return { model, weights: new Uint8Array(weights.buffer) };
}
