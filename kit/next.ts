/** The longest way back after signing in, in characters. A longer one loses its query: better there than nowhere. */
export const NEXT_LIMIT = 1_000
