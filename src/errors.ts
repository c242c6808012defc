/** What kind of failure it is; stable, for programs. Messages are for people. */
export type ErrorCode =
  | 'unsupported-environment'
  | 'device-lost'
  | 'gpu-out-of-memory'
  | 'out-of-memory'
  | 'shader'
  | 'shape'
  | 'model-format'
  | 'unsupported-op'
  | 'model-fetch'
  | 'image'
  | 'argument'
  | 'diverged'
  | 'non-finite'
  | 'use-after-dispose';

/** The parts of a message: what went wrong, what was expected and got, where, and what to do about it. */
export interface ErrorDetails {
  readonly expected?: string;
  readonly got?: string;
  /** Node, layer, file or line. */
  readonly where?: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** Characters of a part of a message: names and lists from a file may be as long as the file. */
const LONGEST_PART = 2000;

function shortened<T extends string | undefined>(part: T): T {
  if (part === undefined || part.length <= LONGEST_PART) return part;
  return `${part.slice(0, LONGEST_PART / 2)} … ${part.slice(-LONGEST_PART / 2)}` as T;
}

/** Base of every error this library throws. Cancellation is not one of them: that stays a DOMException 'AbortError'. */
export class UnpoolError extends Error {
  readonly code: ErrorCode;
  /** What went wrong, in a clause. */
  readonly what: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    const { cause } = details;
    const [expected, got, where, remedy] = [details.expected, details.got, details.where, details.remedy].map(
      shortened,
    );
    const parts = [shortened(where === undefined ? what : `${where}: ${what}`)];
    if (expected !== undefined) parts.push(`expected ${expected}`);
    if (got !== undefined) parts.push(`got ${got}`);
    super(parts.join('; ') + '.' + (remedy === undefined ? '' : ` ${remedy}`), cause === undefined ? {} : { cause });
    this.name = new.target.name;
    this.code = code;
    this.what = what;
    this.details = details;
  }
}

/** Something that the browser, the page's surroundings or the device do not offer: WebGPU, an adapter, room, permission. */
export class UnsupportedEnvironmentError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('unsupported-environment', what, details);
  }
}

/** The GPU device went away and could not be brought back. */
export class DeviceLostError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('device-lost', what, details);
  }
}

export class GpuOutOfMemoryError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('gpu-out-of-memory', what, details);
  }
}

/** There is no memory left for what runs on the CPU. `details.where` names the tensor. */
export class OutOfMemoryError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('out-of-memory', what, details);
  }
}

/** A shader did not compile, or a launch does not fit its shader. `details.where` is the file and line. */
export class ShaderError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('shader', what, details);
  }
}

/** Tensor shapes do not fit an operation. `details.where` names op and node. */
export class ShapeError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('shape', what, details);
  }
}

/** The bytes are not the model they should be. */
export class ModelFormatError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('model-format', what, details);
  }
}

export interface UnsupportedNode {
  readonly op: string;
  readonly node: string;
  readonly reason: string;
}

/** Kinds of unsupported operations that a message names. */
const MOST_SHOWN = 20;

/** Operations that cannot run here: all of a file's, not just the first. The message groups what is alike. */
export class UnsupportedOpError extends UnpoolError {
  readonly nodes: readonly UnsupportedNode[];

  constructor(nodes: readonly UnsupportedNode[], details?: ErrorDetails) {
    const groups = new Map<string, UnsupportedNode[]>();
    for (const entry of nodes) {
      const key = `${entry.op}\n${entry.reason}`;
      const group = groups.get(key);
      if (group) group.push(entry);
      else groups.set(key, [entry]);
    }
    const list = [...groups.values()].slice(0, MOST_SHOWN).map((group) => {
      const { op, node, reason } = group[0]!;
      return `${op} (node "${node}"${group.length > 1 ? ` and ${String(group.length - 1)} more` : ''}): ${reason}`;
    });
    if (groups.size > MOST_SHOWN) list.push(`and ${String(groups.size - MOST_SHOWN)} more kinds`);
    super(
      'unsupported-op',
      `the model needs ${String(nodes.length)} unsupported operation(s): ${list.join('; ')}`,
      details,
    );
    this.nodes = nodes;
  }
}

export class ModelFetchError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('model-fetch', what, details);
  }
}

/** A picture that cannot be loaded or read. */
export class ImageError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('image', what, details);
  }
}

/** A caller's value that does not exist or does not make sense: a target, a layer, a patch size. */
export class ArgumentError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('argument', what, details);
  }
}

/** What a network computes is NaN or infinite. `details.where` is the first layer of which that is true. */
export class NonFiniteError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('non-finite', what, details);
  }
}

export class UseAfterDisposeError extends UnpoolError {
  constructor(what: string, details?: ErrorDetails) {
    super('use-after-dispose', `${what} was used after dispose()`, details);
  }
}
