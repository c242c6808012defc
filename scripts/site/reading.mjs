// In a process of its own: says as JSON what a function of a module makes of the sources.
const [module, name] = process.argv.slice(2);
process.stdout.write(JSON.stringify((await import(module))[name]()));
