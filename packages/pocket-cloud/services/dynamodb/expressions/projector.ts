import { validationError } from "../../../errors";
import type { Item } from "../data/value";
import type { Parsed, Path } from "./ast";
import { Bindings, type Placeholders } from "./bindings";
import { refuseOverlaps } from "./overlaps";
import { parseProjection } from "./parse";
import { project } from "./paths";

interface Selection extends Placeholders {
  readonly ProjectionExpression?: string | undefined;
  /** The parameter from before expressions. */
  readonly AttributesToGet?: readonly string[] | undefined;
}

/** Compiles a request's projection. Without one the whole item is returned. */
export function projector(input: Selection): (item: Item) => Item {
  refuseBoth(input);
  const projection = parseProjection(input.ProjectionExpression);
  const bindings = new Bindings(input, [projection]);
  const paths = projectedPaths(input, projection, bindings);
  return paths ? (item) => project(item, paths) : (item) => item;
}

/** The paths that a request selects; undefined for the whole item. */
export function projectedPaths(
  { AttributesToGet }: Selection,
  projection: Parsed<readonly Path[]> | undefined,
  bindings: Bindings,
): readonly Path[] | undefined {
  if (!projection) return AttributesToGet?.map((name) => [name]);
  const paths = projection.tree.map((path) => bindings.path(path));
  refuseOverlaps("ProjectionExpression", paths);
  return paths;
}

export function refuseBoth({ AttributesToGet, ...input }: Selection): void {
  if (!AttributesToGet) return;
  const expressions = Object.entries(input)
    .filter(([name, value]) => name.endsWith("Expression") && value !== undefined)
    .map(([name]) => name);
  if (expressions.length > 0)
    throw validationError(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {${expressions.join(", ")}}`,
    );
  const duplicate = AttributesToGet.find((name, at) => AttributesToGet.indexOf(name) < at);
  if (duplicate !== undefined)
    throw validationError(
      `One or more parameter values were invalid: Duplicate value in attribute name: ${duplicate}`,
    );
}
