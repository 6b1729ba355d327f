import type { CallAws } from "../../aws";
import { policyText } from "../type";

export interface LiveContext {
  readonly call: CallAws;
}

/** What an existing resource is like in AWS. */
export interface Live {
  /**
   * Inputs of the provider's args that AWS returns; undefined for one that is not set. An input that is missing here is
   * not compared.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** AWS's value of an input that the program does not set. Such an input is neither a change nor imported. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Inputs that AWS makes up when the program does not set them. */
  readonly computed?: readonly string[];
  /** The id, for types that are imported by another one. */
  readonly id?: string | undefined;
  /** Outputs that do not follow from the inputs. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Reads a resource by its id. A call that fails with a not-found error, or undefined, means that it does not exist. */
export type ReadLive = (id: string, context: LiveContext) => Promise<Live | undefined>;
export type LiveReaders = Readonly<Record<string, ReadLive>>;

/** Tags as most services list them. */
export const tagMap = (
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> => Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

/** Converts AWS's PascalCase members to the provider's camelCase. */
export function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), camel(item)]),
  );
}

/** IAM returns documents URL-encoded. */
export const policyIn = (document: string | undefined): string | undefined =>
  document === undefined ? undefined : policyText(decodeURIComponent(document));

/** The last part of an ARN, for types that are imported by name and have the ARN as their id. */
export const nameIn = (id: string): string => id.split(/[:/]/).at(-1) ?? id;
