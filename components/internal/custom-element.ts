/** A page keeps the first definition of each element; one word about the others is enough. */
let told = false;

/**
 * Registers an element, as Lit's decorator of this name does, but lets a second copy of the library on the page pass: the
 * elements stay those of the first, and what the second exports works all the same. Does nothing on a server.
 */
export const customElement =
  (name: string) =>
  (element: CustomElementConstructor): void => {
    const registry = globalThis.customElements as CustomElementRegistry | undefined;
    if (!registry?.get(name)) {
      registry?.define(name, element);
    } else if (!told) {
      told = true;
      console.warn(
        `Unpool is on this page more than once: <${name}> and its like stay those of the copy that came first.`,
      );
    }
  };
