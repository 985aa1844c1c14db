/**
 * How Home keeps up: everything on it is asked again at this pace while somebody looks at it.
 * Answers count at once, but the voices in them are read a moment later.
 */
export const FRESH = { refetchInterval: 15_000 } as const;
