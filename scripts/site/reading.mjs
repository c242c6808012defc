// In a thread of its own: what a function of a module makes of the sources.
import { parentPort, workerData } from 'node:worker_threads';

const { module, name } = workerData;
parentPort.postMessage((await import(module))[name]());
