/** English → another language. Places of values are `{0}`, `{1}`, …, in whatever order the language wants them. */
export type Words = Readonly<Record<string, string>>;
