// The style sheets of the elements as small as they are sent: without comments and indentation.
import { readFileSync } from 'node:fs';

/** TypeScript with its css`…` like that. */
export function smallStyles(text) {
  return text.replace(/\bcss`[^`]*`/g, (sheet) => {
    const line = sheet.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
    return sheet.includes('${') ? line : line.replace(/ ?([{};]) ?/g, '$1');
  });
}

/** For esbuild. */
export const stylesPlugin = () => ({
  name: 'styles',
  setup({ onLoad }) {
    onLoad({ filter: /components[\\/].*\.ts$/ }, ({ path }) => ({
      contents: smallStyles(readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
});
