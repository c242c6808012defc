import type { Command } from './command.ts';
import { attributionCommand } from './commands/attribution.ts';
import { classifyCommand } from './commands/classify.ts';
import { codesCommand } from './commands/codes.ts';
import { exportCommand } from './commands/export.ts';
import { featureCommand } from './commands/feature.ts';
import { infoCommand } from './commands/info.ts';
import { mergeCommand } from './commands/merge.ts';
import { occlusionCommand } from './commands/occlusion.ts';
import { renderCommand } from './commands/render.ts';
import { serveCommand } from './commands/serve.ts';
import { topPatchesCommand } from './commands/top-patches.ts';

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
  topPatchesCommand,
  codesCommand,
  mergeCommand,
  renderCommand,
  exportCommand,
  serveCommand,
];
