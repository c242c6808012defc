/** What the elements are made from: the public interface, and what nobody else needs. It may change from one version to the next. */
export * from './index.ts';
