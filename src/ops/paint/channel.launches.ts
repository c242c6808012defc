import type { Launching } from '../../ir/op.ts';
import { elementwise } from '../internal/launch.ts';

export const channel: Launching = ({ inputs: [x, which], outputs: [y] }) =>
  elementwise('paint/channel', y!, { x: x!.name, channel: which!.name, y: y!.name });
