// The elements for the types of frameworks: what may be written on them in JSX, in templates of Vue, in Svelte. One file has what
// all share, and a small one for each framework adds what it lets be written on any element, and how it writes a listener.

/** The entries of the package, and what their declarations say. `Any` is what any element may have, `Name` how an event is heard. */
const FRAMEWORKS = {
  react: {
    needs: `import type { DetailedHTMLProps, HTMLAttributes } from 'react';`,
    any: 'DetailedHTMLProps<HTMLAttributes<Element>, Element>',
    listener: '`on${Event}`',
    told: `declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Written {}
  }
}`,
  },
  preact: {
    needs: `import type { HTMLAttributes } from 'preact';`,
    any: 'HTMLAttributes<Element>',
    listener: '`on${Event}`',
    told: `declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements extends Written {}
  }
}`,
  },
  solid: {
    needs: `import type { JSX } from 'solid-js';`,
    any: 'JSX.HTMLAttributes<Element>',
    listener: '`on:${Event}`',
    told: `declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements extends Written {}
  }
}`,
  },
  svelte: {
    needs: `import type { HTMLAttributes } from 'svelte/elements';`,
    any: 'HTMLAttributes<Element>',
    listener: '`on${Event}`',
    told: `declare module 'svelte/elements' {
  interface SvelteHTMLElements extends Written {}
}`,
  },
  vue: {
    needs: `import type { HTMLAttributes } from 'vue';

type Camel<Name extends string> = Name extends \`\${infer First}-\${infer Rest}\`
  ? \`\${Capitalize<First>}\${Camel<Rest>}\`
  : Capitalize<Name>;`,
    any: 'HTMLAttributes & { ref?: unknown; key?: PropertyKey }',
    listener: '`on${Camel<Event>}`',
    told: `/** As Vue's templates look components up: with what may be written on them. */
type Components = { [Tag in keyof Written]: new () => { $props: Written[Tag] } };

declare module 'vue' {
  interface GlobalComponents extends Components {}
}`,
  },
};

const comment = (text, indent = '  ') => `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
const quoted = (name) => (/^[a-z]\w*$/i.test(name) ? name : `'${name}'`);

/** Declaration files by their names. */
export function frameworkTypes(elements) {
  return {
    elements: tableOf(elements),
    ...Object.fromEntries(Object.entries(FRAMEWORKS).map(([name, framework]) => [name, typesFor(framework)])),
  };
}

/** What each element may be given, and what is heard from it. */
function tableOf(elements) {
  const classes = new Set(
    elements.flatMap(({ className, events }) => [className, ...events.map((event) => event.className)]),
  );
  const rows = elements.map(
    ({ tag, className, description, events }) =>
      `${comment(description)}  '${tag}': {
    element: ${className};
    props: ${className}Props;
    events: { ${events.map((event) => `'${event.name}': ${event.className}`).join('; ')} };
  };`,
  );
  return `import type {
  ${[...classes].sort().join(',\n  ')},
} from './components/index.js';

export interface Elements {
${rows.join('\n')}
}

${elements.map(propsOf).join('\n\n')}
`;
}

/** Attributes by their names and, where these differ, by those of the properties; and properties. */
function propsOf({ className, attributes, properties }) {
  const optional = ({ name, description }, written = name) =>
    `${comment(description)}  ${quoted(written)}?: ${className}['${name}'] | undefined;`;
  const members = [
    ...attributes.map((each) => optional(each, each.attribute)),
    ...attributes.filter(({ attribute, name }) => attribute !== name).map((each) => optional(each)),
    ...properties.filter(({ isReadonly }) => !isReadonly).map((each) => optional(each)),
  ];
  return `export interface ${className}Props {\n${members.join('\n')}\n}`;
}

const typesFor = ({ needs, any, listener, told }) => `${needs}
import type { Elements } from './elements.js';

type Any<Element extends HTMLElement> = ${any};
type Listeners<Events> = {
  [Event in keyof Events & string as ${listener}]?: ((event: Events[Event]) => void) | undefined;
};
type Written = {
  [Tag in keyof Elements]: Omit<Any<Elements[Tag]['element']>, keyof Elements[Tag]['props']> &
    Elements[Tag]['props'] &
    Listeners<Elements[Tag]['events']>;
};

${told}
`;
