import type { Command } from './command.ts';
import { attributionCommand } from './commands/attribution.ts';
import { classifyCommand } from './commands/classify.ts';
import { featureCommand } from './commands/feature.ts';
import { infoCommand } from './commands/info.ts';
import { occlusionCommand } from './commands/occlusion.ts';

/** Everything that can be typed behind `unpool`, in the order of its help text. */
export const COMMANDS: readonly Command[] = [
  infoCommand,
  classifyCommand,
  attributionCommand('saliency'),
  attributionCommand('gradient'),
  attributionCommand('guided-backprop'),
  attributionCommand('deconvnet'),
  occlusionCommand,
  featureCommand,
];
