import {
  ArgumentError,
  DeviceLostError,
  GpuOutOfMemoryError,
  ImageError,
  ModelFetchError,
  ModelFormatError,
  NonFiniteError,
  OutOfMemoryError,
  ShaderError,
  ShapeError,
  UnsupportedEnvironmentError,
  UnsupportedOpError,
  UseAfterDisposeError,
  UnpoolError,
  type ErrorCode,
} from '../errors.ts';
import type { PackedError } from './job.ts';

/** By code, since minifiers change the names of classes. Errors of methods are of their base here. */
const CLASSES: Readonly<Record<Exclude<ErrorCode, 'diverged'>, { readonly prototype: UnpoolError }>> = {
  'unsupported-environment': UnsupportedEnvironmentError,
  'device-lost': DeviceLostError,
  'gpu-out-of-memory': GpuOutOfMemoryError,
  'out-of-memory': OutOfMemoryError,
  shader: ShaderError,
  shape: ShapeError,
  'model-format': ModelFormatError,
  'unsupported-op': UnsupportedOpError,
  'model-fetch': ModelFetchError,
  image: ImageError,
  argument: ArgumentError,
  'non-finite': NonFiniteError,
  'use-after-dispose': UseAfterDisposeError,
};

/** An error as it can be cloned: a clone itself would lose its class and its fields. */
export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), fields: {} };
  const { name, message } = error;
  return { name, message, fields: cloneable(error) };
}

/** The error again, of the class it had and with its fields. */
export function unpackError({ name, message, fields }: PackedError): Error {
  const error = new Error(message);
  const { code } = fields;
  if (typeof code === 'string') {
    const known = Object.hasOwn(CLASSES, code) ? CLASSES[code as keyof typeof CLASSES] : UnpoolError;
    Object.setPrototypeOf(error, known.prototype);
  }
  return Object.assign(error, fields, { name });
}

/** An error's own fields, without what cannot be cloned, such as the cause in its details. */
function cloneable(fields: Error): Record<string, unknown> {
  const plain = Object.entries(fields).filter(([name]) => name !== 'cause');
  return JSON.parse(
    JSON.stringify(Object.fromEntries(plain), (key, value: unknown) => (key === 'cause' ? undefined : value)),
  ) as Record<string, unknown>;
}
