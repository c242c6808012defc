/** What the bench uses of ConvNetJS, which comes without types. */
declare module 'convnetjs' {
  namespace convnetjs {
    class Vol {
      /** Row by row, channels of a pixel side by side. */
      readonly w: Float64Array;
      constructor(width: number, height: number, depth: number, fill: number);
    }
    type Definition = Readonly<Record<string, string | number>>;
    class Net {
      readonly layers: readonly { readonly filters?: Vol[] }[];
      makeLayers(definitions: readonly Definition[]): void;
    }
    class Trainer {
      constructor(net: Net, options: Readonly<Record<string, string | number>>);
      train(picture: Vol, label: number): { readonly loss: number };
    }
  }
  export default convnetjs;
}
