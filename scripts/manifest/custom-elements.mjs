// The elements as the custom elements manifest has them, schema 2.1.0: what documentation, editors and linters read.

export const SCHEMA_VERSION = '2.1.0';

const without = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const typed = (text) => (text === undefined ? undefined : { text });
const some = (list) => (list.length > 0 ? list : undefined);

/** A module of the package for each element, as it is imported. */
export function customElements(elements) {
  return {
    schemaVersion: SCHEMA_VERSION,
    readme: 'README.md',
    modules: elements.map((element) => {
      const path = `dist/components/${element.tag}.js`;
      const declaration = { name: element.className, module: path };
      return {
        kind: 'javascript-module',
        path,
        declarations: [declarationOf(element)],
        exports: [
          { kind: 'js', name: element.className, declaration },
          { kind: 'custom-element-definition', name: element.tag, declaration },
        ],
      };
    }),
  };
}

function declarationOf({
  tag,
  className,
  description,
  attributes,
  properties,
  methods,
  events,
  slots,
  parts,
  customProperties,
}) {
  return {
    kind: 'class',
    name: className,
    customElement: true,
    tagName: tag,
    description,
    superclass: { name: 'LitElement', package: 'lit' },
    attributes: attributes.map((each) =>
      without({
        name: each.attribute,
        description: each.description,
        type: typed(writtenType(each)),
        default: each.default,
        fieldName: each.name,
      }),
    ),
    members: [
      ...[...attributes, ...properties].map((each) =>
        without({
          kind: 'field',
          name: each.name,
          description: each.description,
          type: typed(each.type),
          default: each.default,
          attribute: each.attribute,
          readonly: each.isReadonly || undefined,
        }),
      ),
      ...methods.map(({ name, description, type }) => ({ kind: 'method', name, description, type: typed(type) })),
    ],
    events: events.map(({ name, description, className: type }) => ({ name, description, type: typed(type) })),
    slots: some(slots),
    cssParts: some(parts),
    cssProperties: some(customProperties),
  };
}

/** What may be written in HTML, as a type of TypeScript. */
export const writtenType = ({ written, choices }) => choices?.map((choice) => `'${choice}'`).join(' | ') ?? written;
