/**
 * An ONNX file with one more output, a tensor by its name. Messages in Protocol Buffers that come twice are merged, so a
 * second graph that has nothing but the output is put behind the file.
 */
export function withOutput(file: Uint8Array, tensor: string): Uint8Array {
  // ModelProto.graph = 7, GraphProto.output = 12, ValueInfoProto.name = 1
  const graph = field(7, field(12, field(1, new TextEncoder().encode(tensor))));
  const whole = new Uint8Array(file.length + graph.length);
  whole.set(file);
  whole.set(graph, file.length);
  return whole;
}

/** A field of bytes; names are shorter than 128 bytes, and so are the lengths. */
function field(number: number, content: Uint8Array): Uint8Array {
  return Uint8Array.of((number << 3) | 2, content.length, ...content);
}
