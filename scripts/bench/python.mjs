// Python libraries for the bench: processes of the scripts in bench/ that answer a line with a line.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../setup.mjs';

const PYTHON = process.env.PYTHON ?? 'python3';

/** What each script imports. */
const NEEDS = {
  scikit_learn: 'sklearn',
  torch_attributions: 'torch, onnx, captum',
  torch_step: 'torch, onnx',
  torch_passes: 'torch, onnx, captum',
  torch_training: 'torch, onnx',
};

/** `ask(script, name, question)` resolves to the answer of the process of that name; to null where Python lacks what the script needs. */
export function openPython() {
  const processes = new Map();
  const there = new Map();
  const open = (script) => {
    const child = spawn(PYTHON, [join(root, `bench/${script}.py`)], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };
  return {
    ask: async (script, name, question) => {
      if (!there.has(script)) {
        const { status } = spawnSync(PYTHON, ['-c', `import ${NEEDS[script]}`], { stdio: 'ignore' });
        there.set(script, status === 0);
      }
      if (!there.get(script)) return null;
      if (!processes.has(name)) processes.set(name, open(script));
      const { child, lines } = processes.get(name);
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`bench/${script}.py has ended`);
      return JSON.parse(value);
    },
    close: () => {
      for (const { child } of processes.values()) child.kill();
    },
  };
}
