import { PbfWriter } from 'pbf';

/** A tensor of a test file; `write` puts its numbers in, raw_data of float32 by default. */
export interface FileTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType; 1 (float) by default. */
  readonly type?: number;
  readonly values?: readonly number[];
  readonly write?: (pbf: PbfWriter) => void;
}

type FileAttribute = number | string | readonly number[] | FileTensor | FileReference | { readonly graph: FileGraph };

export interface FileNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, FileAttribute>>;
}

/** Of a function's node: an attribute of the node that calls it. */
interface FileReference {
  readonly reference: string;
}

interface FileGraph {
  readonly nodes?: readonly FileNode[];
  readonly initializers?: readonly FileTensor[];
  readonly inputs?: readonly FileValue[];
  readonly outputs?: readonly FileValue[];
}

interface FileFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** With values that nodes need not give. */
  readonly attributes?: Readonly<Record<string, number>>;
  readonly nodes: readonly FileNode[];
  readonly opset: number;
}

export interface FileValue {
  readonly name: string;
  /** Numbers, symbols, or '' for a size nothing is said about. */
  readonly dims?: readonly (number | string)[];
  readonly type?: number;
}

export interface FileModel extends FileGraph {
  readonly ir?: number;
  readonly opset?: number;
  readonly functions?: readonly FileFunction[];
}

/** Bytes of an ONNX file. Whole numbers among the attributes are written as ints, others as floats. */
export function onnxFile({ ir = 8, opset = 17, functions = [], ...graph }: FileModel): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, ir);
  pbf.writeStringField(2, 'test');
  pbf.writeMessage(7, writeGraph, graph);
  pbf.writeMessage(8, (version, out) => out.writeVarintField(2, version), opset);
  for (const each of functions) pbf.writeMessage(25, writeFunction, each);
  return pbf.finish().slice();
}

function writeGraph({ nodes = [], initializers = [], inputs = [], outputs = [] }: FileGraph, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'graph');
  for (const initializer of initializers) pbf.writeMessage(5, writeTensor, initializer);
  for (const input of inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of outputs) pbf.writeMessage(12, writeValue, output);
}

function writeFunction(
  { name, domain, inputs, outputs, attributes = {}, nodes, opset }: FileFunction,
  pbf: PbfWriter,
): void {
  pbf.writeStringField(1, name);
  for (const input of inputs) pbf.writeStringField(4, input);
  for (const output of outputs) pbf.writeStringField(5, output);
  for (const node of nodes) pbf.writeMessage(7, writeNode, node);
  pbf.writeMessage(9, (version, out) => out.writeVarintField(2, version), opset);
  pbf.writeStringField(10, domain);
  for (const [attribute, value] of Object.entries(attributes)) {
    pbf.writeMessage(
      11,
      (_, out) => {
        out.writeStringField(1, attribute);
        out.writeVarintField(20, writeAttribute(value, out));
      },
      undefined,
    );
  }
}

function writeNode(node: FileNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.name ?? '');
  pbf.writeStringField(4, node.type);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    pbf.writeMessage(
      5,
      (_, out) => {
        out.writeStringField(1, name);
        const code = writeAttribute(value, out);
        out.writeVarintField(20, code);
      },
      undefined,
    );
  }
  if (node.domain !== undefined) pbf.writeStringField(7, node.domain);
}

function writeAttribute(value: FileAttribute, pbf: PbfWriter): number {
  if (typeof value === 'object' && 'reference' in value) {
    pbf.writeStringField(21, value.reference);
    return 1;
  }
  if (typeof value === 'object' && 'graph' in value) {
    pbf.writeMessage(6, writeGraph, value.graph);
    return 5;
  }
  if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    return 3;
  }
  if (typeof value === 'number') {
    if (Number.isInteger(value)) pbf.writeVarintField(3, value);
    else pbf.writeFloatField(2, value);
    return Number.isInteger(value) ? 2 : 1;
  }
  if ('dims' in value) {
    pbf.writeMessage(5, writeTensor, value);
    return 4;
  }
  const whole = value.every(Number.isInteger);
  for (const n of value) {
    if (whole) pbf.writeVarintField(8, n);
    else pbf.writeFloatField(7, n);
  }
  return whole ? 7 : 6;
}

export function writeTensor({ name = '', dims, type = 1, values, write }: FileTensor, pbf: PbfWriter): void {
  pbf.writePackedVarint(1, [...dims]);
  pbf.writeVarintField(2, type);
  pbf.writeStringField(8, name);
  if (values && type === 7) pbf.writePackedVarint(7, [...values]);
  else if (values) pbf.writeBytesField(9, new Uint8Array(Float32Array.from(values).buffer));
  write?.(pbf);
}

function writeValue({ name, dims, type = 1 }: FileValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, outer) => outer.writeMessage(1, writeTensorType, { dims, type }), undefined);
}

function writeTensorType({ dims, type }: { dims: FileValue['dims']; type: number }, pbf: PbfWriter): void {
  pbf.writeVarintField(1, type);
  if (!dims) return;
  pbf.writeMessage(
    2,
    (_, shape) => {
      for (const dim of dims) {
        shape.writeMessage(
          1,
          (size, out) => {
            if (typeof size === 'number') out.writeVarintField(1, size);
            else if (size !== '') out.writeStringField(2, size);
          },
          dim,
        );
      }
    },
    undefined,
  );
}
