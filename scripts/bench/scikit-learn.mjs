// scikit-learn for the bench: processes of bench/scikit_learn.py that answer a line with a line.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../setup.mjs';

const PYTHON = 'python3';

/** `ask(name, question)` resolves to the answer of the process of that name; to null where Python has no scikit-learn. */
export function openScikitLearn() {
  const processes = new Map();
  let there;
  const open = () => {
    const child = spawn(PYTHON, [join(root, 'bench/scikit_learn.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };
  return {
    ask: async (name, question) => {
      there ??= spawnSync(PYTHON, ['-c', 'import sklearn'], { stdio: 'ignore' }).status === 0;
      if (!there) return null;
      if (!processes.has(name)) processes.set(name, open());
      const { child, lines } = processes.get(name);
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('bench/scikit_learn.py has ended');
      return JSON.parse(value);
    },
    close: () => {
      for (const { child } of processes.values()) child.kill();
    },
  };
}
