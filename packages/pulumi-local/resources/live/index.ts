import { accountReaders } from "./account";
import { computeReaders } from "./compute";
import { dataReaders } from "./data";
import type { LiveReaders, ReadLive } from "./reader";

/** How `pulumi refresh` and `pulumi import` read resources, by type. Of other types, a refresh sees only whether they exist. */
const readers: LiveReaders = { ...accountReaders, ...computeReaders, ...dataReaders };

export const readerOf = (type: string): ReadLive | undefined =>
  Object.hasOwn(readers, type) ? readers[type] : undefined;

export const readableTypes: readonly string[] = Object.keys(readers).sort();
