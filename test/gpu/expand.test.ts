import { expect } from 'chai';
import { expand } from '../../src/gpu/expand.ts';

const none = (path: string): string => {
  throw new Error(`no file ${path}`);
};
const from =
  (files: Record<string, string>) =>
  (path: string): string =>
    files[path] ?? none(path);
const code = (source: string, settings: Record<string, number> = {}, resolve = none): string =>
  expand(source, settings, resolve, 'nn/a.wgsl').code;

describe('expand', () => {
  it('leaves plain WGSL alone', () => {
    const source = '// note\nconst TILE = 4u;\nfn f() {}\n';
    expect(code(source)).to.equal(source);
  });

  describe('//#import', () => {
    it('includes each file once, however often it is reached', () => {
      const files = from({ 'lib/a.wgsl': '//#import lib/b.wgsl\nfn a() {}', 'lib/b.wgsl': 'fn b() {}' });
      expect(code('//#import lib/b.wgsl\n//#import lib/a.wgsl\nfn main() {}', {}, files)).to.equal(
        'fn b() {}\nfn a() {}\nfn main() {}',
      );
    });

    it('ends where files import each other', () => {
      const files = from({ 'lib/a.wgsl': '//#import lib/b.wgsl\nA', 'lib/b.wgsl': '//#import lib/a.wgsl\nB' });
      expect(code('//#import lib/a.wgsl', {}, files)).to.equal('B\nA');
    });

    it('names the importing line when the file is missing', () => {
      expect(() => code('\n//#import lib/x.wgsl')).to.throw('nn/a.wgsl:2: cannot import lib/x.wgsl');
      expect(() => code('//#import')).to.throw('nn/a.wgsl:1: cannot import');
    });

    it('maps every line to where it was written', () => {
      const files = from({ 'lib/a.wgsl': 'A1\nA2' });
      const { lines } = expand('//#import lib/a.wgsl\nM2\n//#unroll p 0..2\nM4\n//#end\nM6', {}, files, 'nn/a.wgsl');
      expect(lines.map(({ file, line }) => `${file}:${String(line)}`)).to.deep.equal([
        'lib/a.wgsl:1',
        'lib/a.wgsl:2',
        'nn/a.wgsl:2',
        'nn/a.wgsl:4',
        'nn/a.wgsl:4',
        'nn/a.wgsl:6',
      ]);
    });
  });

  describe('constants', () => {
    it('replaces values and keeps type and suffix', () => {
      const source =
        'const A = 4u;\nconst B: u32 = 4u;\nconst C = 0.5;\nconst D: f32 = 1;\nconst E = false;\nconst F = 3;';
      expect(code(source, { A: 8, B: 16, C: 2, D: 2, E: 1, F: -1 })).to.equal(
        'const A = 8u;\nconst B: u32 = 16u;\nconst C = 2.0;\nconst D: f32 = 2.0;\nconst E = true;\nconst F = -1;',
      );
    });

    it('leaves overrides to the pipeline', () => {
      expect(code('override WG: u32 = 64u;', { WG: 128 })).to.equal('override WG: u32 = 64u;');
    });

    it('reaches imported files but not function bodies', () => {
      const files = from({ 'lib/a.wgsl': 'const TILE = 4u;' });
      expect(code('//#import lib/a.wgsl\nfn f() {\n  const TILE = 1u;\n}', { TILE: 2 }, files)).to.equal(
        'const TILE = 2u;\nfn f() {\n  const TILE = 1u;\n}',
      );
    });

    it('lists what can be set, with the defaults of the text', () => {
      const { constants } = expand('const A = 4u; override B: bool = true;\nconst C = A * 2u;', { A: 8 }, none);
      expect(constants).to.deep.equal([
        { name: 'A', kind: 'const', default: 4 },
        { name: 'B', kind: 'override', default: 1 },
      ]);
    });

    it('refuses unknown names, computed constants and impossible values', () => {
      expect(() => code('const A = 4u;', { B: 1 })).to.throw('nn/a.wgsl: no constant is named B');
      expect(() => code('const A = 4u;\nconst B = A * 2u;', { B: 1 })).to.throw('is named B');
      expect(() => code('\nconst A = 4u;', { A: 0.5 })).to.throw(
        'nn/a.wgsl:2: const A is of another type; expected one like 4u; got 0.5',
      );
      expect(() => code('const A = true;', { A: 2 })).to.throw('const A is of another type');
    });
  });

  describe('//#unroll', () => {
    it('numbers identifiers and replaces the bare variable', () => {
      expect(code('//#unroll p 0..2\nvar acc_p = x[i + p];\n//#end')).to.equal(
        'var acc_0 = x[i + 0u];\nvar acc_1 = x[i + 1u];',
      );
    });

    it('nests, takes bounds from constants and numbers both letters', () => {
      const source = 'const TILE = 4u;\n//#unroll k 0..TILE\n//#unroll p 1..2\nacc_k_p += w_k * x_p;\n//#end\n//#end';
      expect(code(source, { TILE: 2 })).to.equal('const TILE = 2u;\nacc_0_1 += w_0 * x_1;\nacc_1_1 += w_1 * x_1;');
    });

    it('leaves members, other words and other suffixes', () => {
      expect(code('//#unroll p 0..1\nparams.p + params . a_p + step + p_x + acc_q + acc_p.x\n//#end')).to.equal(
        'params.p + params . a_p + step + p_x + acc_q + acc_0.x',
      );
    });

    it('may repeat nothing', () => {
      expect(code('a\n//#unroll p 0..0\nb\n//#end\nc')).to.equal('a\nc');
    });

    it('refuses what it cannot count or close', () => {
      expect(() => code('//#unroll p 0..N\n//#end')).to.throw('nn/a.wgsl:1: //#unroll bound N is no integer');
      expect(() => code('override N = 2u;\n//#unroll p 0..N\n//#end')).to.throw('nn/a.wgsl:2: //#unroll bound N');
      expect(() => code('\n//#unroll p 0..2')).to.throw('nn/a.wgsl:2: //#unroll without //#end');
      expect(() => code('//#end')).to.throw('nn/a.wgsl:1: //#end has no place here');
      expect(() => code('//#unroll p to 2')).to.throw('nn/a.wgsl:1: //#unroll wants "p 0..TILE"; got "p to 2"');
      expect(() => code('//#unroll p 0..2\n//#unroll p 0..2\n//#end\n//#end')).to.throw(
        'nn/a.wgsl:2: //#unroll p inside',
      );
      expect(() => code('//#if X')).to.throw('nn/a.wgsl:1: //#if has no place here');
    });
  });

  it('moves enable lines to the top, since an import may have brought declarations before them', () => {
    const files = from({ 'lib/a.wgsl': 'fn a() {}' });
    const { code, lines } = expand('//#import lib/a.wgsl\nenable subgroups;\nfn main() {}', {}, files);
    expect(code).to.equal('enable subgroups;\nfn a() {}\nfn main() {}');
    expect(lines[0]).to.deep.equal({ file: 'shader.wgsl', line: 2 });
  });

  it('gives WGSL that the browser compiles', async () => {
    const source = `const TILE = 2u;
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1) fn main() {
  //#unroll p 0..TILE
  let acc_p = f32(p) + 0.5;
  //#end
  //#unroll p 0..TILE
  y[p] = acc_p;
  //#end
}`;
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter?.requestDevice();
    const info = await device?.createShaderModule({ code: code(source, { TILE: 3 }) }).getCompilationInfo();
    expect(info?.messages.map(({ message }) => message)).to.deep.equal([]);
    device?.destroy();
  });
});
