import { fieldPattern } from "./fields";
import { jsonPattern } from "./json";
import type { FilterPattern } from "./pattern";
import { termPattern } from "./terms";

export function filterPattern(pattern: string | undefined): FilterPattern {
  const text = pattern?.trim() ?? "";
  if (text.startsWith("{")) return jsonPattern(text);
  if (text.startsWith("[")) return fieldPattern(text);
  return termPattern(text);
}
