import type { OnnxImporter, Op, Reference, Choosing, Launching } from '../ir/op.ts';

/** Float64 references by type of op. */
export type References = Readonly<Record<string, Reference<never>>>;

/** How WebGPU computes operations, by type of op. */
export type LaunchesByType = Readonly<Record<string, Launching<never>>>;

/** The ways of operations that have several, by type of op. */
export type VariantsByType = Readonly<Record<string, Choosing<never>>>;

/** What a family's launches.ts exports. */
export interface FamilyLaunches {
  readonly launches: LaunchesByType;
  readonly variants?: VariantsByType;
}

/** Operations that networks need together: a folder of src/ops, whose index.ts exports it. */
export interface Family {
  readonly ops: readonly Op[];
  /** What reads ONNX operators that become other operations, or constants. */
  readonly importers?: Readonly<Record<string, OnnxImporter>>;
  /** `evaluate` of the operations that come without it. */
  references?(): Promise<{ readonly references: References }>;
}
