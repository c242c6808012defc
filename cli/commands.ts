import type { Command } from './command.ts';
import { attributionCommand } from './commands/attribution.ts';

/** Everything that can be typed behind `unpool`, in the order of its help text. */
export const COMMANDS: readonly Command[] = [
  attributionCommand('saliency'),
  attributionCommand('gradient'),
  attributionCommand('guided-backprop'),
  attributionCommand('deconvnet'),
];
