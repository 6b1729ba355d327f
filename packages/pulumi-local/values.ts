/**
 * Property values as they cross the wire between a program and its engine: JSON, in which marked objects stand for
 * secrets, outputs, assets and archives, and one reserved string for a value that is not known yet.
 */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type PropertyMap = Readonly<Record<string, Value>>;

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

export type Marked = { readonly [key: string]: Value };

export const isObject = (value: Value | undefined): value is Marked =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const marked = (value: Value | undefined, kind: string): value is Marked =>
  isObject(value) && value[SIGNATURE] === kind;

/** What a marked object says of itself, but for its mark. */
export const membersOf = (value: Marked): string[] => Object.keys(value).filter((key) => key !== SIGNATURE);

export const isSecret = (value: Value | undefined): value is Marked => marked(value, SECRET);
export const isAsset = (value: Value | undefined): value is Marked => marked(value, ASSET);
export const isArchive = (value: Value | undefined): value is Marked => marked(value, ARCHIVE);
export const secret = (value: Value): Value => ({ [SIGNATURE]: SECRET, value });
/** An archive or asset by what is in it, for people and for comparing. */
export const archiveOf = (hash: string): Value => ({ [SIGNATURE]: ARCHIVE, hash });
export const assetOf = (hash: string): Value => ({ [SIGNATURE]: ASSET, hash });

/** Rebuilds a value; `change` sees every marked object and every leaf first, and may replace it. */
export function rewrite(value: Value, change: (value: Value) => Value | undefined): Value {
  const replaced = change(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, change)]));
}

export const rewriteMap = (map: PropertyMap, change: (value: Value) => Value | undefined): PropertyMap =>
  rewrite(map, change) as PropertyMap;

/** Outputs become what they hold: known, unknown or secret. */
export const withoutOutputs = (map: PropertyMap): PropertyMap => rewriteMap(map, unwrapOutput);

function unwrapOutput(value: Value): Value | undefined {
  if (!marked(value, OUTPUT)) return undefined;
  const inner = value.value === undefined ? UNKNOWN : rewrite(value.value, unwrapOutput);
  return value.secret === true ? secret(inner) : inner;
}

/** The values themselves, secrets in the clear: for the call that needs them, never for print or disk. */
export const reveal = (map: PropertyMap): PropertyMap => rewriteMap(map, revealed);

const revealed = (value: Value): Value | undefined =>
  isSecret(value) ? rewrite(value.value ?? null, revealed) : undefined;

/** Secrets replaced by a word. */
export const redact = (map: PropertyMap): PropertyMap =>
  rewriteMap(map, (value) => (isSecret(value) ? "[secret]" : undefined));

export function hasUnknown(value: Value): boolean {
  let found = false;
  rewrite(value, (item) => {
    found ||= item === UNKNOWN;
    return undefined;
  });
  return found;
}
