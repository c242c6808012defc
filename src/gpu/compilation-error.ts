import { ShaderError } from '../errors.ts';
import type { LineOrigin } from './expand.ts';

/** The compiler speaks of lines of the expanded text; people want the line they wrote. */
export function compilationError(
  file: string,
  messages: readonly GPUCompilationMessage[],
  lines: readonly LineOrigin[],
): ShaderError {
  const errors = messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, linePos, message }) => {
      const origin = lines[lineNum - 1];
      const where = origin ? `shaders/${origin.file}:${String(origin.line)}` : file;
      return { where, text: `${where}:${String(linePos)}: ${message}` };
    });
  return new ShaderError('the shader does not compile', {
    where: errors[0]?.where ?? file,
    got: errors.map(({ text }) => text).join('\n') || 'no message',
  });
}
