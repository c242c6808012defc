import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores([
    'dist',
    'build',
    'coverage',
    'shaders/generated',
    'kernels/*.ts',
    'src/cpu/generated',
    'src/**/*.generated.js',
    'test/fixtures',
    // Of another package, with its own compiler options
    'test/consumers/types',
  ]),
  tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Indexed access may be undefined for the compiler where a shape rule or a loop bound has excluded it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Contexts and handles here are plain closures, made to be destructured.
      '@typescript-eslint/unbound-method': 'off',
      // `Record<string, never>`-like attributes of operations that have none.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    // `expect(x).to.be.true` is how chai asserts.
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['components/**/*.ts'],
    extends: [lit.configs['flat/recommended'], wc.configs['flat/best-practice'], litA11y.configs.recommended],
  },
  {
    files: ['components/**/*.ts', 'site/**/*.ts'],
    // A strict Content-Security-Policy blocks these, and the figure is wrong without a word.
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TemplateElement[value.raw=/(^|[\\s"\'])(style|on\\w+)\\s*=|<style/]',
          message: 'Write .style=${…}, which sets it through the CSSOM; listeners as @event; style sheets as css`…`.',
        },
        {
          selector: 'CallExpression[callee.property.name="setAttribute"][arguments.0.value=/^(style|on)/]',
          message: 'Set the property instead.',
        },
      ],
    },
  },
);
