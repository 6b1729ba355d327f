import type { Item } from "../data/value";
import { Bindings, type Placeholders } from "./bindings";
import { parseProjection } from "./parse";
import { project } from "./paths";

/** Compiles a request's ProjectionExpression. Without one the whole item is returned. */
export function projector(
  input: Placeholders & { readonly ProjectionExpression?: string | undefined },
): (item: Item) => Item {
  const projection = parseProjection(input.ProjectionExpression);
  const bindings = new Bindings(input, [projection]);
  if (!projection) return (item) => item;
  const paths = projection.tree.map((path) => bindings.path(path));
  return (item) => project(item, paths);
}
