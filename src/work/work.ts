import { Helper } from './helper.ts';
import type { Job } from './job.ts';
import type { AskOptions } from './line.ts';
import { openWorker } from './open-worker.ts';

const helper = new Helper(openWorker);

/**
 * Does a heavy job where it does not hold up the page: in the page's one Worker, or on its own thread in slices. Whoever
 * already runs in a Worker does it there. To be imported when something is known to be heavy: small things are done at once.
 *
 * Throws what the job throws; the signal's reason when aborted.
 */
export function work<Args, Result>(job: Job<Args, Result>, args: Args, options?: AskOptions): Promise<Result> {
  return helper.perform(job, args, options);
}
