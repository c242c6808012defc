// The elements for editors: VS Code's custom data for HTML, and web-types for those of JetBrains.
import { writtenType } from './custom-elements.mjs';

const markdown = (value) => ({ kind: 'markdown', value });

/** https://github.com/microsoft/vscode-custom-data, version 1.1. */
export function vscodeData(elements, { homepage }) {
  return {
    version: 1.1,
    tags: elements.map(({ tag, description, attributes }) => ({
      name: tag,
      description: markdown(description),
      attributes: attributes.map((each) => ({
        name: each.attribute,
        description: markdown(each.description),
        ...(each.written === 'boolean' ? { valueSet: 'v' } : {}),
        ...(each.choices ? { values: each.choices.map((name) => ({ name })) } : {}),
      })),
      references: [{ name: 'Documentation', url: homepage }],
    })),
  };
}

/** https://github.com/JetBrains/web-types. */
export function webTypes(elements, { name, version, homepage }) {
  const named = (list) => list.map(({ name: of, description }) => ({ name: of, description }));
  return {
    $schema: 'https://json.schemastore.org/web-types',
    name,
    version,
    'description-markup': 'markdown',
    'js-types-syntax': 'typescript',
    contributions: {
      html: {
        elements: elements.map((element) => ({
          name: element.tag,
          description: element.description,
          'doc-url': homepage,
          attributes: element.attributes.map((each) => ({
            name: each.attribute,
            description: each.description,
            ...(each.default === undefined ? {} : { default: each.default.replaceAll("'", '') }),
            value: { kind: each.written === 'boolean' ? 'no-value' : 'plain', type: writtenType(each) },
          })),
          slots: named(element.slots),
          js: {
            properties: [...element.attributes, ...element.properties].map(({ name: of, description, type }) => ({
              name: of,
              description,
              type,
            })),
            events: named(element.events),
          },
          css: { parts: named(element.parts), properties: named(element.customProperties) },
        })),
      },
    },
  };
}
