import { breather } from './breathe.ts';
import type { Answer, JobRun, Order } from './job.ts';
import { packError } from './pack-error.ts';

/** So often a Worker with work says that it lives, ms. */
const ALIVE_MS = 1000;

/** A Worker's global scope, of which the types of a page know nothing. */
interface Scope {
  postMessage(answer: Answer, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Order>) => void): void;
}

/** A table of jobs by name. What each takes and gives is between it and the page, which asks by the same name. */
export type Jobs = Readonly<Record<string, JobRun<never, unknown>>>;

/** Makes a Worker of the scope it runs in: it does the jobs of the table when the page asks. */
export function serve(jobs: Jobs, scope: Scope = globalThis as unknown as Scope): void {
  const running = new Map<number, AbortController>();
  let pulse: ReturnType<typeof setInterval> | undefined;

  const start = async (id: number, name: string, args: unknown): Promise<void> => {
    const run = Object.hasOwn(jobs, name) ? (jobs[name] as JobRun<unknown, unknown>) : undefined;
    if (!run) {
      scope.postMessage({ kind: 'unknown', id });
      return;
    }
    const abort = new AbortController();
    const { signal } = abort;
    running.set(id, abort);
    pulse ??= setInterval(() => {
      scope.postMessage({ kind: 'alive' });
    }, ALIVE_MS);
    try {
      const onProgress = (done: number): void => {
        scope.postMessage({ kind: 'progress', id, done });
      };
      const { result, transfer = [] } = await run(args, { signal, breathe: breather(signal), onProgress });
      scope.postMessage({ kind: 'result', id, result }, transfer);
    } catch (error) {
      // Who stopped it does not listen any more
      if (!signal.aborted) scope.postMessage({ kind: 'error', id, error: packError(error) });
    } finally {
      running.delete(id);
      if (running.size === 0) {
        clearInterval(pulse);
        pulse = undefined;
      }
    }
  };

  scope.addEventListener('message', ({ data }) => {
    if (data.kind === 'start') void start(data.id, data.job, data.args);
    else running.get(data.id)?.abort();
  });
  scope.postMessage({ kind: 'ready' });
}
