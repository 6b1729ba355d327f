import type { Item } from "./value";

/** An item put, or a key deleted. */
export type Change = { readonly put: Item } | { readonly delete: Item };
