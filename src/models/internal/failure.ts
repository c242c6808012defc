import type { ErrorDetails, UnpoolError } from '../../errors.ts';

/** The error class of the caller: a model's or a picture's. */
export type Failure = new (what: string, details?: ErrorDetails) => UnpoolError;
