import type { Model } from '../../engine/model.ts';
import { Inlined } from '../../graph/inline.ts';
import type { GraphBuilder } from '../../ir/builder.ts';
import type { Node } from '../../ir/graph.ts';

/** The network looking at an image that is being made: what objectives are built from. */
export class TermContext {
  readonly builder: GraphBuilder;
  readonly model: Model;
  /** The image before transforms [n, c, h, w], in 8-bit steps from the mean colour. */
  readonly image: string;
  readonly #network: Inlined;

  /** `seen` is the input of the network that becomes of the image. */
  constructor(
    builder: GraphBuilder,
    model: Model,
    { image, seen, opFor }: { readonly image: string; readonly seen: string; readonly opFor?: (node: Node) => string },
  ) {
    this.builder = builder;
    this.model = model;
    this.image = image;
    this.#network = new Inlined(builder, model.graph, { [model.input.name]: seen }, opFor);
  }

  /** The output of a layer that a person named. Throws ArgumentError listing the layers there are. */
  layer(name: string): string {
    return this.tensor(this.model.resolve(name).name);
  }

  /** A tensor of the model's graph by its own name. */
  tensor(name: string): string {
    return this.#network.tensor(name);
  }
}
