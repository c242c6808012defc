// npm run verify: counts what people with a model and a question have to know of, values and types, by the compiler.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const MOST = 120;

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const { config } = ts.readConfigFile(fileURLToPath(new URL('../tsconfig.json', import.meta.url)), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(new URL('..', import.meta.url)));
const program = ts.createProgram([entry], options);
const checker = program.getTypeChecker();
const names = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)));
console.log(`unpool exports ${names.length} names, of ${MOST} at most`);
process.exitCode = names.length > MOST ? 1 : 0;
