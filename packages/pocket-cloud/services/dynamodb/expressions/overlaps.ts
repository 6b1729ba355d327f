import { validationError } from "../../../errors";
import type { Path } from "./ast";

/** Throws if one path of an expression leads to or through another. */
export function refuseOverlaps(expression: string, paths: readonly Path[]): void {
  for (const [index, one] of paths.entries())
    for (const other of paths.slice(index + 1)) {
      const length = Math.min(one.length, other.length);
      if (one.slice(0, length).every((step, at) => step === other[at]))
        throw validationError(
          `Invalid ${expression}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${show(one)}, path two: ${show(other)}`,
        );
    }
}

const show = (path: Path): string =>
  `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
