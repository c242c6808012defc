// WGSL has neither modules nor registers that can be indexed: a register tile needs one scalar per cell. These two
// directives are all that the shaders need beyond the language; everything else stays plain WGSL.
//
//   //#import lib/x.wgsl     the file's text, once; the path is relative to shaders/
//   //#unroll p 0..TILE      the lines up to //#end once per p: `acc_p` becomes acc_0, acc_1, …; a bare `p` 0u, 1u, …
//   //#end

import type { ShaderConstant } from '../../shaders/source.ts';
import { ShaderError, type ErrorDetails } from '../errors.ts';

/** Where a generated line was written; `line` counts from 1. */
export interface LineOrigin {
  readonly file: string;
  readonly line: number;
}

interface Line extends LineOrigin {
  readonly text: string;
}

const DIRECTIVE = /^\s*\/\/#(\w*)\s*(.*?)\s*$/;
const GLOBAL_DIRECTIVE = /^\s*(enable|requires|diagnostic)\b[^;]*;/;
const CONSTANT =
  /\b(const|override)\s+(\w+)((?:\s*:\s*\w+)?)\s*=\s*(-?0[xX][0-9a-fA-F]+|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|true|false)([uifh]?)\s*;/g;
const IDENTIFIER = /(\.\s*)?\b[A-Za-z_]\w*/g;

function fail({ file, line }: LineOrigin, what: string, details: ErrorDetails = {}): never {
  throw new ShaderError(what, { where: `${file}:${String(line)}`, ...details });
}

/** All lines with imports resolved, each file once. */
function inline(source: string, file: string, resolve: (path: string) => string, seen: Set<string>): Line[] {
  seen.add(file);
  return source.split(/\r?\n/).flatMap((text, i) => {
    const line = { text, file, line: i + 1 };
    const [, name, path = ''] = DIRECTIVE.exec(text) ?? [];
    if (name !== 'import') return [line];
    if (seen.has(path)) return [];
    let imported: string;
    try {
      imported = resolve(path);
    } catch (cause) {
      fail(line, `cannot import ${path}`, { cause });
    }
    return inline(imported, path, resolve, seen);
  });
}

/** The literal that stands for `value` where `literal` with `suffix` stood: 4u → 8u, 0.5 → 2.0, false → true. */
function rewrite(literal: string, suffix: string, type: string, value: number): string | null {
  if (literal === 'true' || literal === 'false') return value === 0 || value === 1 ? String(value === 1) : null;
  const isFloat = /\bf(16|32)$/.test(type) || /[fh]/.test(suffix) || /^-?(?!0[xX]).*[.eE]/.test(literal);
  if (isFloat) return (Number.isInteger(value) ? value.toFixed(1) : String(value)) + suffix;
  return Number.isInteger(value) ? String(value) + suffix : null;
}

const toNumber = (literal: string): number => (literal === 'true' ? 1 : literal === 'false' ? 0 : Number(literal));

/** Sets the module-scope constants named in `settings`; lists all that have a literal value, with their defaults. */
function substitute(lines: Line[], settings: Record<string, number>): { lines: Line[]; constants: ShaderConstant[] } {
  const constants: ShaderConstant[] = [];
  let depth = 0;
  const result = lines.map((line) => {
    const atModuleScope = depth === 0;
    const bare = line.text.replace(/\/\/.*/, '');
    depth += bare.split('{').length - bare.split('}').length;
    if (!atModuleScope) return line;
    const text = line.text.replace(
      CONSTANT,
      (whole, kind: ShaderConstant['kind'], name: string, type: string, literal: string, suffix: string) => {
        constants.push({ name, kind, default: toNumber(literal) });
        const value = settings[name];
        if (kind === 'override' || value === undefined) return whole;
        const written = rewrite(literal, suffix, type, value);
        if (written === null)
          fail(line, `const ${name} is of another type`, {
            expected: `one like ${literal}${suffix}`,
            got: String(value),
          });
        return `const ${name}${type} = ${written};`;
      },
    );
    return { ...line, text };
  });
  for (const name of Object.keys(settings)) {
    if (!constants.some((constant) => constant.name === name))
      throw new ShaderError(`no constant is named ${name}`, {
        where: lines[0]?.file ?? '',
        expected: constants.map((constant) => constant.name).join(', ') || 'none',
      });
  }
  return { lines: result, constants };
}

/** `acc_k_p` → acc_0_1 and `p` → 1u for the loop variables in scope; members (`params.p`) stay. */
function number(text: string, scope: ReadonlyMap<string, number>): string {
  return text.replace(IDENTIFIER, (identifier, dot: string | undefined) => {
    if (dot !== undefined) return identifier;
    const bare = scope.get(identifier);
    if (bare !== undefined) return `${String(bare)}u`;
    const parts = identifier.split('_');
    for (let i = parts.length - 1; i > 0; i--) {
      const value = scope.get(parts[i] ?? '');
      if (value === undefined) break;
      parts[i] = String(value);
    }
    return parts.join('_');
  });
}

function unroll(
  lines: readonly Line[],
  bounds: ReadonlyMap<string, number>,
  scope: ReadonlyMap<string, number>,
): Line[] {
  const result: Line[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line;
    const [, name, rest = ''] = DIRECTIVE.exec(line.text) ?? [];
    if (name === undefined) {
      result.push(scope.size ? { ...line, text: number(line.text, scope) } : line);
      continue;
    }
    if (name !== 'unroll') fail(line, `//#${name} has no place here`);
    const [, variable = '', from = '', to = ''] =
      /^([A-Za-z][A-Za-z0-9]*)\s+(\w+)\.\.(\w+)$/.exec(rest) ??
      fail(line, '//#unroll wants "p 0..TILE"', { got: `"${rest}"` });
    if (scope.has(variable)) fail(line, `//#unroll ${variable} inside another`);
    const bound = (text: string): number => {
      const value = /^\d+$/.test(text) ? Number(text) : bounds.get(text);
      if (value === undefined || !Number.isInteger(value)) fail(line, `//#unroll bound ${text} is no integer constant`);
      return value;
    };
    const last = bound(to);
    const start = i + 1;
    for (let open = 1; open > 0;) {
      i++;
      const next = lines[i];
      if (!next) fail(line, '//#unroll without //#end');
      const [, inner] = DIRECTIVE.exec(next.text) ?? [];
      if (inner === 'unroll') open++;
      if (inner === 'end') open--;
    }
    const body = lines.slice(start, i);
    for (let n = bound(from); n < last; n++) result.push(...unroll(body, bounds, new Map(scope).set(variable, n)));
  }
  return result;
}

/**
 * Plain WGSL from a shader's text. `resolve` gives the text of an imported path and throws when there is none.
 * `settings` sets module-scope `const`s; names of `override`s are accepted and left alone, since the pipeline takes
 * them; any other name throws. `lines[i]` is where line i (from 0) of `code` was written; `constants` are the constants
 * that may be set, with the defaults of the text. Errors begin `file:line:`.
 */
export function expand(
  source: string,
  settings: Record<string, number>,
  resolve: (path: string) => string,
  file = 'shader.wgsl',
): { code: string; lines: LineOrigin[]; constants: ShaderConstant[] } {
  const { lines, constants } = substitute(inline(source, file, resolve, new Set()), settings);
  const bounds = new Map(
    constants.filter(({ kind }) => kind === 'const').map(({ name, default: value }) => [name, settings[name] ?? value]),
  );
  const unrolled = unroll(lines, bounds, new Map());
  const isGlobal = ({ text }: Line): boolean => GLOBAL_DIRECTIVE.test(text);
  const ordered = [...unrolled.filter(isGlobal), ...unrolled.filter((line) => !isGlobal(line))];
  return {
    code: ordered.map(({ text }) => text).join('\n'),
    lines: ordered.map(({ file, line }) => ({ file, line })),
    constants,
  };
}
