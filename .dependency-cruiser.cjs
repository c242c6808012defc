// Imports run one way:
//   errors ◄ work ◄ tensor ◄ cpu ◄ ir ◄ ops ◄ graph ◄ onnx ◄ models      errors, tensor, shaders ◄ gpu
//   ir + graph + gpu + models ◄ engine ◄ paint ◄ methods ◄ corpus ◄ index ◄ components, cli ◄ site
//   src/worker.ts, what runs in the Worker, may import any job; nothing imports it

const NETWORK = [
  'errors',
  'limits',
  'within',
  'check',
  'work',
  'tensor',
  'cpu',
  'ir',
  'ops',
  'graph',
  'onnx',
  'models',
];
const ENGINE = [...NETWORK, 'gpu', 'engine'];

/** What each part of src/ may import besides itself. */
const ALLOWED = {
  ...Object.fromEntries(NETWORK.map((part, i) => [part, NETWORK.slice(0, i)])),
  gpu: ['errors', 'limits', 'within', 'check', 'tensor', 'shaders'],
  bundled: NETWORK.concat('version'),
  engine: [...NETWORK, 'gpu', 'shaders', 'bundled'],
  paint: ENGINE,
  methods: [...ENGINE.filter((part) => part !== 'gpu'), 'paint'],
  corpus: [...ENGINE.filter((part) => part !== 'gpu'), 'paint', 'methods', 'bundled'],
  // How texts become values, for attributes and for the command line
  written: [...ENGINE.filter((part) => part !== 'gpu'), 'paint', 'methods'],
};

const folder = (part) => (part === 'shaders' ? '^shaders/' : `^src/${part}(/|\\.ts$)`);

const layers = Object.entries(ALLOWED).map(([part, allowed]) => ({
  name: `src/${part}`,
  comment: `${part} may import ${allowed.join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: folder(part) },
  to: { path: '^(src|components|cli|shaders|site|test|bench)/', pathNot: [part, ...allowed].map(folder) },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'src is below the elements and the command line',
      severity: 'error',
      from: { path: '^(src|shaders)/' },
      to: { path: '^(components|cli|site|test|bench)/' },
    },
    {
      name: 'the command line imports src/internal.ts, as the elements do, and src/attribution.ts',
      severity: 'error',
      from: { path: '^cli/' },
      to: {
        path: '^(src|components|shaders|site|test|bench)/',
        pathNot: ['^src/(attribution|internal|version)\\.ts$'],
      },
    },
    {
      name: 'an element imports src/internal.ts, src/measures.ts, src/training.ts, src/mechanism.ts, its own folder and components/internal',
      severity: 'error',
      // What fetches a file beside the script asks src/bundled.ts where that is.
      from: { path: '^components/([^/]+)/', pathNot: '\\.beside\\.ts$' },
      to: {
        path: '^(src|components|cli|shaders|site|test|bench)/',
        pathNot: ['^src/(internal|measures|mechanism|training)\\.ts$', '^components/$1/', '^components/internal/'],
      },
    },
    {
      name: 'the site uses the public interface',
      severity: 'error',
      // The studio holds the networks of all its figures, as the elements do among themselves.
      from: { path: '^site/', pathNot: '^site/studio/' },
      to: { path: '^(src|components|shaders|test|bench)/', pathNot: ['^src/index\\.ts$', '^components/'] },
    },
    {
      name: 'the studio knows of src what the elements know',
      severity: 'error',
      from: { path: '^site/studio/' },
      to: { path: '^(src|shaders|test|bench)/', pathNot: '^src/internal\\.ts$' },
    },
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'everything resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'only dependencies reach the reader',
      comment: 'onnxruntime-web is loaded by whoever wants the fallback; of tfjs and puppeteer there are types only.',
      severity: 'error',
      from: { path: '^(src|components|cli|shaders)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: ['onnxruntime-web', '@webgpu/types', '@tensorflow/tfjs-core', 'puppeteer-core'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default', 'types'] },
  },
};
