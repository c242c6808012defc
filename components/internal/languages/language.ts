/** English → another language. Places of values are `{0}`, `{1}`, …, in whatever order the language wants them. */
export type Words = Readonly<Record<string, string>>;

/** An error, or its message alone. */
export interface Explained {
  readonly message: string;
}

/** A language as elements speak it. */
export interface Language {
  /** As in the attribute `lang`. */
  readonly lang: string;
  /** Its words for an English text, which may be one that values were put into; undefined where it has none. */
  readonly say: (english: string) => string | undefined;
  /** The message of an error, or of what is left of one: a message, a part of it. */
  readonly explain: (error: Explained) => string;
}
