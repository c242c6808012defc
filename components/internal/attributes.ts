/** Options of a property whose attribute may be taken away: it is undefined then, not null. */
export const optionalText = { converter: (value: string | null): string | undefined => value ?? undefined } as const;

/** The same for a number. */
export const optionalNumber = {
  converter: (value: string | null): number | undefined => (value === null || value === '' ? undefined : Number(value)),
} as const;
