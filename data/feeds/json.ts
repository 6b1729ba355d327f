import type { Row } from "./contract";

/** One event as JSON, without the newline; packing adds it. */
export const encodeJson = (row: Row): string => JSON.stringify(row);
