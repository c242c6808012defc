import { ModelFormatError } from '../errors.ts';
import { MAX_PARTS } from '../limits.ts';
import type { OnnxAttribute, OnnxDim, OnnxGraph, OnnxModel, OnnxModelNode, OnnxTensor, OnnxValue } from './model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ProtobufReader } from './protobuf.ts';
import { decodeTensor, elementTypeName, type ExternalData, type RawTensor } from './tensor.ts';

export interface ReadOptions {
  /** The bytes of a file beside the model that holds its weights, by the location the model gives. */
  readonly external?: ((location: string) => Uint8Array | undefined) | undefined;
  /**
   * The bytes are nobody else's and may be overwritten: numbers are moved to where an array can view them instead of copied.
   * Afterwards the bytes can be read no more.
   */
  readonly consume?: boolean | undefined;
}

/**
 * Reads the bytes of an ONNX file (field numbers: onnx.proto of the ONNX project, IR version 12 and older). Numbers of
 * initializers are views of `bytes` where the file stores float32 aligned. Work and memory are bounded by the length of
 * `bytes`. Throws {@link ModelFormatError}.
 */
export async function readOnnx(bytes: Uint8Array, { external, consume = false }: ReadOptions = {}): Promise<OnnxModel> {
  const find: TensorBytes['find'] = ({ location, offset, length }, name) => {
    const file = external?.(location);
    if (!file) {
      throw new ModelFormatError('the weights are in a file of their own', {
        where: `initializer "${name}"`,
        expected: `the file "${location}" beside the model`,
        remedy: 'Give it along, or export the model with its weights inside.',
      });
    }
    const end = length === undefined ? file.length : offset + length;
    if (!(offset >= 0 && offset <= end && end <= file.length)) {
      throw new ModelFormatError(`"${location}" is too short`, {
        where: `initializer "${name}"`,
        expected: `bytes ${String(offset)} to ${String(end)}`,
        got: `${String(file.length)} bytes`,
      });
    }
    return file.subarray(offset, end);
  };
  return readModel(bytes, { find, place: consume ? aligned : (numbers) => numbers, decode: decodeTensor });
}

/** The files beside the model that hold its weights, by location; they must be there before {@link readOnnx}. */
export async function externalFiles(bytes: Uint8Array): Promise<string[]> {
  const locations = new Set<string>();
  const find: TensorBytes['find'] = ({ location }) => {
    locations.add(location);
    return undefined;
  };
  await readModel(bytes, { find, place: (numbers) => numbers, decode: () => undefined });
  return [...locations];
}

/** What is done about the bytes of tensors. */
export interface TensorBytes {
  /** Finds those that lie elsewhere; undefined leaves the tensor without numbers. */
  find(data: ExternalData, name: string): Uint8Array | undefined;
  /** Where those in the file can be viewed. */
  place(bytes: Uint8Array): Uint8Array;
  /** What they are as numbers; undefined where these cannot be read, or nobody wants them. */
  readonly decode: (raw: RawTensor, elsewhere: Uint8Array | undefined) => Tensor | undefined;
}

/** Shorter fields may have no more than two bytes for what they are and how long. */
const LEAST_MOVED = 128;
const ALIGNMENT_BYTES = 4;

/** Numbers moved up to three bytes towards the start, to where a float32 may lie: over their own length, which has been read. */
function aligned(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  const apart = byteOffset % ALIGNMENT_BYTES;
  if (apart === 0 || length < LEAST_MOVED) return bytes;
  const moved = new Uint8Array(buffer, byteOffset - apart, length);
  moved.set(bytes);
  return moved;
}

async function readModel(bytes: Uint8Array, tensors: TensorBytes): Promise<OnnxModel> {
  if (bytes.length === 0) throw new ModelFormatError('this is not an ONNX model', { got: 'an empty file' });
  try {
    return model(new ProtobufReader(bytes), tensors);
  } catch (error) {
    if (error instanceof ModelFormatError) throw error;
    const { sniff } = await import('./sniff.ts');
    const got = sniff(bytes);
    throw got === undefined
      ? new ModelFormatError('the ONNX model is damaged or cut off', { got: (error as Error).message, cause: error })
      : new ModelFormatError('this is not an ONNX model', { got, cause: error });
  }
}

function model(reader: ProtobufReader, tensors: TensorBytes): OnnxModel {
  let irVersion = 0;
  let producer = '';
  let version = '';
  let content: OnnxGraph | undefined;
  const opsets = new Map<string, number>();
  const functions: Uint8Array[] = [];
  reader.fields(reader.bytes.length, (tag) => {
    if (tag === 1) irVersion = reader.varint();
    else if (tag === 2) producer = reader.string();
    else if (tag === 3) version = reader.string();
    else if (tag === 7) content = graph(reader, tensors);
    else if (tag === 8) opset(reader, opsets);
    else if (tag === 25) functions.push(reader.blob());
  });
  if (!content) throw new RangeError('no graph in it');
  return { irVersion, producer: `${producer} ${version}`.trim(), opsets, functions, graph: content };
}

export function opset(reader: ProtobufReader, opsets: Map<string, number>): void {
  const entry = { domain: '', version: 0 };
  reader.message((tag) => {
    if (tag === 1) entry.domain = reader.string();
    else if (tag === 2) entry.version = reader.varint();
  });
  opsets.set(entry.domain === 'ai.onnx' ? '' : entry.domain, entry.version);
}

function graph(reader: ProtobufReader, tensors: TensorBytes): OnnxGraph {
  let name = '';
  const nodes: OnnxModelNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  reader.message((tag) => {
    if (nodes.length + initializers.size + inputs.length + outputs.length > MAX_PARTS)
      throw new ModelFormatError('the model has too many nodes and tensors', {
        expected: `at most ${String(MAX_PARTS)}`,
      });
    if (tag === 1) nodes.push(node(reader, tensors));
    else if (tag === 2) name = reader.string();
    else if (tag === 5) {
      const initializer = tensor(reader, tensors);
      const { name: own } = initializer;
      if (initializers.has(own)) throw new ModelFormatError(`initializer "${own}" is there twice`);
      initializers.set(own, initializer);
    } else if (tag === 11) inputs.push(value(reader));
    else if (tag === 12) outputs.push(value(reader));
    else if (tag === 15) throw new ModelFormatError('sparse initializers are not supported');
  });
  return { name, nodes, initializers, inputs, outputs };
}

export function node(reader: ProtobufReader, tensors: TensorBytes): OnnxModelNode {
  const read = { type: '', domain: '', name: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  reader.message((tag) => {
    if (tag === 1) inputs.push(reader.string());
    else if (tag === 2) outputs.push(reader.string());
    else if (tag === 3) read.name = reader.string();
    else if (tag === 4) read.type = reader.string();
    else if (tag === 5) attributes.set(...attribute(reader, tensors));
    else if (tag === 7) read.domain = reader.string();
  });
  return { ...read, domain: read.domain === 'ai.onnx' ? '' : read.domain, inputs, outputs, attributes };
}

/** AttributeProto.AttributeType by code. */
const ATTRIBUTE_TYPES: Readonly<Record<number, OnnxAttribute['type']>> = {
  1: 'float',
  2: 'int',
  3: 'string',
  4: 'tensor',
  5: 'graph',
  6: 'floats',
  7: 'ints',
  8: 'strings',
};

export function attribute(reader: ProtobufReader, tensors: TensorBytes): [string, OnnxAttribute] {
  let name = '';
  let code = 0;
  const floats: number[] = [];
  const ints: number[] = [];
  const strings: string[] = [];
  // Old files name no type; then the field that is there tells it.
  let present: OnnxAttribute['type'] = 'other';
  let float = 0;
  let int = 0;
  let text = '';
  let constant: OnnxTensor | undefined;
  let subgraph: OnnxGraph | undefined;
  let reference = '';
  reader.message((tag) => {
    if (tag === 1) name = reader.string();
    else if (tag === 20) code = reader.varint();
    else if (tag === 2) [present, float] = ['float', reader.float()];
    else if (tag === 3) [present, int] = ['int', reader.varint(true)];
    else if (tag === 4) [present, text] = ['string', reader.string()];
    else if (tag === 5) [present, constant] = ['tensor', tensor(reader, tensors)];
    else if (tag === 6) [present, subgraph] = ['graph', graph(reader, tensors)];
    else if (tag === 21) reference = reader.string();
    else if (tag === 7) {
      present = 'floats';
      reader.each(() => floats.push(reader.float()));
    } else if (tag === 8) {
      present = 'ints';
      reader.each(() => ints.push(reader.varint(true)));
    } else if (tag === 9) {
      present = 'strings';
      strings.push(reader.string());
    }
  });
  const type = reference ? 'reference' : code === 0 ? present : (ATTRIBUTE_TYPES[code] ?? 'other');
  const by: Record<OnnxAttribute['type'], OnnxAttribute> = {
    float: { type: 'float', value: float },
    int: { type: 'int', value: int },
    string: { type: 'string', value: text },
    floats: { type: 'floats', value: floats },
    ints: { type: 'ints', value: ints },
    strings: { type: 'strings', value: strings },
    tensor: constant ? { type: 'tensor', value: constant } : { type: 'other' },
    graph: subgraph ? { type: 'graph', value: subgraph } : { type: 'other' },
    reference: { type: 'reference', value: reference },
    other: { type: 'other' },
  };
  return [name, by[type]];
}

function tensor(reader: ProtobufReader, tensors: TensorBytes): OnnxTensor {
  let name = '';
  let type = 0;
  const dims: number[] = [];
  const bytes: Uint8Array[] = [];
  const numbers: number[] = [];
  const external = new Map<string, string>();
  let dataLocation = 0;
  reader.message((tag) => {
    if (tag === 1) reader.each(() => dims.push(reader.varint(true)));
    else if (tag === 2) type = reader.varint();
    else if (tag === 8) name = reader.string();
    else if (tag === 9) bytes.push(tensors.place(reader.blob()));
    else if (tag === 4 || tag === 10) bytes.push(tensors.place(fixed(reader, tag === 4 ? 4 : 8)));
    else if (tag === 5 || tag === 7 || tag === 11) reader.each(() => numbers.push(reader.varint(tag !== 11)));
    else if (tag === 13) external.set(...stringEntry(reader));
    else if (tag === 14) dataLocation = reader.varint();
  });
  const raw: RawTensor = {
    name,
    type,
    dims,
    bytes,
    numbers,
    external: dataLocation === 1 ? externalData(external) : undefined,
  };
  const elsewhere = raw.external && tensors.find(raw.external, name);
  return {
    name,
    elementType: elementTypeName(type),
    shape: dims,
    tensor: raw.external && !elsewhere ? undefined : tensors.decode(raw, elsewhere),
  };
}

/** float_data or double_data: as the bytes they are, packed or one value. */
function fixed(reader: ProtobufReader, size: number): Uint8Array {
  if (reader.hasLength) return reader.blob();
  const start = reader.fixed(size);
  return reader.bytes.subarray(start, start + size);
}

function externalData(entries: ReadonlyMap<string, string>): ExternalData {
  const location = entries.get('location') ?? '';
  // The format wants a path relative to the model; anything else would fetch what the model has no business with.
  if (location === '' || /^([a-z][a-z0-9+.-]*:|[/\\])|(^|[/\\])\.\.([/\\]|$)/i.test(location)) {
    throw new ModelFormatError('external data must lie beside the model', { got: `the location "${location}"` });
  }
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    return text === undefined ? undefined : Number(text);
  };
  return { location, offset: number('offset') ?? 0, length: number('length') };
}

function stringEntry(reader: ProtobufReader): [string, string] {
  const entry: [string, string] = ['', ''];
  reader.message((tag) => {
    if (tag === 1 || tag === 2) entry[tag - 1] = reader.string();
  });
  return entry;
}

function value(reader: ProtobufReader): OnnxValue {
  let name = '';
  let elementType: string | undefined;
  let shape: OnnxDim[] | undefined;
  const tensorType = (tag: number): void => {
    if (tag === 1) elementType = elementTypeName(reader.varint());
    else if (tag === 2) {
      const dims: OnnxDim[] = [];
      reader.message((inner) => {
        if (inner === 1) dims.push(dimension(reader));
      });
      shape = dims;
    }
  };
  reader.message((tag) => {
    if (tag === 1) name = reader.string();
    else if (tag === 2) {
      reader.message((inner) => {
        if (inner === 1) reader.message(tensorType);
      });
    }
  });
  return { name, elementType, shape };
}

function dimension(reader: ProtobufReader): OnnxDim {
  let dim: OnnxDim = '';
  reader.message((tag) => {
    if (tag === 1) dim = reader.varint(true);
    else if (tag === 2) dim = reader.string();
  });
  return dim;
}
