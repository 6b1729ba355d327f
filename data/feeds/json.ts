import type { Row } from "./contract";

/** One event as a JSON line without its newline; whoever frames it writes that, once. */
export const encodeJson = (row: Row): string => JSON.stringify(row);
