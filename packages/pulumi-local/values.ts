/**
 * Property values as a program and its engine exchange them: JSON. Objects with a signature are secrets, outputs, assets
 * or archives, and one reserved string is an unknown value. The constants are those of Pulumi's protocol.
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

/** Names of the members, the signature left out. */
export const membersOf = (value: Marked): string[] => Object.keys(value).filter((key) => key !== SIGNATURE);

export const isSecret = (value: Value | undefined): value is Marked => marked(value, SECRET);
export const isAsset = (value: Value | undefined): value is Marked => marked(value, ASSET);
export const isArchive = (value: Value | undefined): value is Marked => marked(value, ARCHIVE);
export const secret = (value: Value): Value => ({ [SIGNATURE]: SECRET, value });
/** An archive or asset as the hash of its content. */
export const archiveOf = (hash: string): Value => ({ [SIGNATURE]: ARCHIVE, hash });
export const assetOf = (hash: string): Value => ({ [SIGNATURE]: ASSET, hash });

/** Rebuilds a value. `change` is called with each nested value, outer ones first, and may replace it. */
export function rewrite(value: Value, change: (value: Value) => Value | undefined): Value {
  const replaced = change(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, change)]));
}

export const rewriteMap = (map: PropertyMap, change: (value: Value) => Value | undefined): PropertyMap =>
  rewrite(map, change) as PropertyMap;

/** Replaces outputs by their value, which may be unknown or secret. */
export const withoutOutputs = (map: PropertyMap): PropertyMap => rewriteMap(map, unwrapOutput);

function unwrapOutput(value: Value): Value | undefined {
  if (!marked(value, OUTPUT)) return undefined;
  const inner = value.value === undefined ? UNKNOWN : rewrite(value.value, unwrapOutput);
  return value.secret === true ? secret(inner) : inner;
}

/** Replaces secrets by their plain values. For AWS calls only: never print or store the result. */
export const reveal = (map: PropertyMap): PropertyMap => rewriteMap(map, revealed);

const revealed = (value: Value): Value | undefined =>
  isSecret(value) ? rewrite(value.value ?? null, revealed) : undefined;

/** Replaces secrets by "[secret]". */
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
