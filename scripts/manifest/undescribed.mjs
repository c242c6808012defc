// What elements have and do not describe, and what they describe and do not have.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../setup.mjs';

const namesIn = (text, pattern) => [...text.matchAll(pattern)].flatMap(([, names]) => names.trim().split(/\s+/));

/** How what is described looks in the sources, where it is not put together of values. */
const WRITTEN = {
  parts: (text) => namesIn(text, /\spart="([\w -]+)"/g),
  slots: (text) => [...text.matchAll(/<slot(?:\s+name="(\w+)")?/g)].map(([, name = '']) => name),
  events: (text, classes) =>
    [...text.matchAll(/new (Cnn\w+Event)\b/g)]
      .map(([, name]) => classes.get(name) ?? name)
      .filter((name) => name.includes('-')),
  customProperties: (text) => namesIn(text, /var\(\s*(--cnn-\w+)/g),
};

const SINGULAR = { parts: 'part', slots: 'slot', events: 'event', customProperties: 'custom property' };

/** A sentence for each, with the file where it is to be mended. */
export function undescribed(elements) {
  const classes = new Map(elements.flatMap(({ events }) => events.map(({ className, name }) => [className, name])));
  return elements.flatMap((element) => {
    const complaints = [];
    if (!element.description) complaints.push('the element is not described');
    for (const kind of ['attributes', 'properties', 'methods', 'events', 'slots', 'parts', 'customProperties']) {
      for (const { name, description } of element[kind]) {
        if (!description) complaints.push(`${name} (${kind}) is not described`);
      }
    }
    const modules = [...modulesOf(element.path)];
    const own = modules.filter(([path]) => path.startsWith(dirname(element.path)));
    for (const [kind, written] of Object.entries(WRITTEN)) {
      const described = new Set(element[kind].map(({ name }) => name));
      const found = (list) => new Set(list.flatMap(([, text]) => written(text, classes)));
      for (const name of found(own)) {
        if (!described.has(name)) complaints.push(`the ${SINGULAR[kind]} "${name}" is not described`);
      }
      const anywhere = found(modules);
      for (const name of described) {
        const isSaid = anywhere.has(name) || modules.some(([, text]) => text.includes(`'${name}'`));
        if (!isSaid) complaints.push(`there is no ${SINGULAR[kind]} "${name}"`);
      }
    }
    return complaints.map((complaint) => `${element.path}: <${element.tag}>: ${complaint}`);
  });
}

const texts = new Map();
const textOf = (path) => texts.get(path) ?? texts.set(path, readFileSync(join(root, path), 'utf8')).get(path);

/** A module and what it imports of components/, with their texts, by path. */
function modulesOf(path, found = new Map()) {
  if (found.has(path)) return found;
  found.set(path, textOf(path));
  for (const [, from] of textOf(path).matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g)) {
    const to = join(dirname(path), from);
    if (to.startsWith('components/')) modulesOf(to, found);
  }
  return found;
}
