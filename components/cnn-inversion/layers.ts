import { ArgumentError, diagram, isFeatureMap, parseNames, type Model } from '../../src/internal.ts';

const SPREAD = 5;

/**
 * The layers that are inverted, in the order of the network: those an author lists as `conv1, fire5`, or five that are
 * spread over it; and `layer`, if it is none of them. Throws ArgumentError for names that are none, and where there is
 * nothing to choose from.
 */
export function layersToInvert(model: Model, list: string | undefined, layer: string | undefined): readonly string[] {
  const names = parseNames(list) ?? spreadLayers(model);
  const depth = new Map(
    [...names, ...(layer === undefined ? [] : [layer])].map((name) => [name, depthOf(model, name)] as const),
  );
  return [...depth.keys()].sort((a, b) => depth.get(a)! - depth.get(b)!);
}

/**
 * Layers with maps through which everything passes that is known of the picture later: beside a branch of a module, others
 * would know more. Scores of classes do not count.
 */
function spreadLayers(model: Model): readonly string[] {
  const { steps } = diagram(model);
  const known = steps
    .filter((_, i) => !steps.some(({ reads }, later) => later > i && reads.some((read) => read < i)))
    .filter((step) => isFeatureMap(model, step))
    .map(({ name }) => name);
  if (known.length === 0) {
    const remedy = 'Name layers in `layers`.';
    throw new ArgumentError('the network has no layer with a spatial extent', { where: model.name, remedy });
  }
  const count = Math.min(SPREAD, known.length);
  return Array.from({ length: count }, (_, i) => known[Math.ceil((i * (known.length - 1)) / Math.max(count - 1, 1))]!);
}

/** Throws ArgumentError listing the layers there are. */
function depthOf(model: Model, layer: string): number {
  const { name } = model.resolve(layer);
  return model.graph.nodes.findIndex(({ outputs }) => outputs.includes(name));
}
