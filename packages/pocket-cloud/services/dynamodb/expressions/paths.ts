import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Item } from "../data/value";
import type { Path, Step } from "./ast";

const child = (value: AttributeValue | undefined, step: Step): AttributeValue | undefined => {
  if (typeof step === "number") return value?.L?.[step];
  return value?.M && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
};

export const valueAt = (item: Item, path: Path): AttributeValue | undefined =>
  path.reduce<AttributeValue | undefined>(child, { M: item as Record<string, AttributeValue> });

const invalidPath = () =>
  validationError("The document path provided in the update expression is invalid for update");

/** Copies the item with the value at the path changed; `change` returns undefined to remove it. */
export function changeAt(
  item: Item,
  path: Path,
  change: (before: AttributeValue | undefined) => AttributeValue | undefined,
): Item {
  return (changed({ M: item as Record<string, AttributeValue> }, path, change) as AttributeValue.MMember).M;
}

function changed(
  value: AttributeValue,
  [step, ...rest]: Path,
  change: (before: AttributeValue | undefined) => AttributeValue | undefined,
): AttributeValue | undefined {
  if (step === undefined) return change(value);
  const before = child(value, step);
  if (before === undefined && rest.length > 0) throw invalidPath();
  const after = before === undefined ? change(undefined) : changed(before, rest, change);
  if (typeof step === "number") return inList(value, step, after);
  if (!value.M) throw invalidPath();
  const others = Object.entries(value.M).filter(([name]) => name !== step);
  return { M: Object.fromEntries(after === undefined ? others : [...others, [step, after]]) };
}

/** An index beyond the end appends to the list. */
function inList(value: AttributeValue, index: number, after: AttributeValue | undefined): AttributeValue {
  if (!value.L) throw invalidPath();
  const list = [...value.L];
  if (after === undefined) list.splice(index, 1);
  else if (index < list.length) list[index] = after;
  else list.push(after);
  return { L: list };
}

/** Keeps only the values at the paths, in their place in the item. */
export function project(item: Item, paths: readonly Path[]): Item {
  const projected = pick({ M: item as Record<string, AttributeValue> }, paths);
  return projected?.M ?? {};
}

function pick(value: AttributeValue, paths: readonly Path[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  const steps = new Map<Step, Path[]>();
  for (const [step, ...rest] of paths)
    if (step !== undefined) steps.set(step, [...(steps.get(step) ?? []), rest]);
  const found = [...steps].flatMap(([step, rest]): [Step, AttributeValue][] => {
    const inner = child(value, step);
    const picked = inner && pick(inner, rest);
    return picked ? [[step, picked]] : [];
  });
  if (found.length === 0) return undefined;
  if (value.L) return { L: found.sort(([a], [b]) => Number(a) - Number(b)).map(([, picked]) => picked) };
  return { M: Object.fromEntries(found) };
}
