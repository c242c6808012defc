import type { OnnxImporter, Op, Reference } from '../ir/op.ts';

/** Float64 references by type of op. */
export type References = Readonly<Record<string, Reference<never>>>;

/** Operations that networks need together: a folder of src/ops, whose index.ts exports it. */
export interface Family {
  readonly ops: readonly Op[];
  /** What reads ONNX operators that become other operations, or constants. */
  readonly importers?: Readonly<Record<string, OnnxImporter>>;
  /** `evaluate` of the operations that come without it. */
  references?(): Promise<{ readonly references: References }>;
}
