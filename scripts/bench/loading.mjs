// Loading large files: how long each stage takes, the longest task of the page's thread, and the most memory.
import { fileOf } from './files.mjs';
import { LIMIT_MS, traceMainThread } from './long-tasks.mjs';
import { memoryOf } from './peak.mjs';

const MB = 1e6;
/** Of test/zoo: files of 100 and of 250 MB, and one whose weights are standardised in the file. */
const NETWORKS = ['resnet50', 'alexnet', 'nf_resnet50'];
/** Beyond what the backend holds and an empty page takes, of the file. */
const MOST = 1.5;

/** The longest task of a page that loads a file, ms of CPU time. */
async function longestTask(context, name, runScript) {
  let trace;
  let longest = 0;
  const onPage = async (page) => (trace = await traceMainThread(page));
  await runScript({ ...context, onPage }, 'load', [name], async () => {
    longest = Math.max(...(await trace.stop()).map(({ cpuMs }) => cpuMs));
  });
  return longest;
}

export async function measureLoading(context, runScript) {
  const rows = [];
  const goals = [];
  const empty = (await memoryOf(context, 'empty', runScript, 'load')).peak;
  for (const name of NETWORKS) {
    const megabytes = (await fileOf(name)).bytes / MB;
    const task = await longestTask(context, name, runScript);
    const { peak, told } = await memoryOf(context, name, runScript, 'load');
    const beyond = (peak - empty) / MB;
    const share = (beyond - told['the backend holds, MB']) / megabytes;
    rows.push({
      network: name,
      'file, MB': megabytes,
      ...told,
      'longest task, ms of CPU time': task,
      'peak beyond an empty page, MB': beyond,
      'beyond what the backend holds, of the file': share,
    });
    goals.push({
      text: `${name}: longest task of the page’s thread, ms`,
      reached: task,
      bound: { atMost: LIMIT_MS },
      unit: 'ms',
    });
    goals.push({
      text: `${name}: peak memory beyond what the backend holds, of the file`,
      reached: share,
      bound: { atMost: MOST },
      unit: '×',
    });
  }
  return {
    rows,
    goals,
    notes: ['Proportional set size of the renderers at most, the Worker’s included. Files come from a local server.'],
  };
}
