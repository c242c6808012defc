/** English → another language. Places of values are `{0}`, `{1}`, …, in whatever order the language wants them. */
export type Words = Readonly<Record<string, string>>;

/** A language as elements speak it. */
export interface Language {
  /** Its words for an English text, which may be one that values were put into; undefined where it has none. */
  readonly say: (english: string) => string | undefined;
  /** The message of an error. */
  readonly explain: (error: Error) => string;
}
