import type { Context } from "../expressions/context";
import type { Scope } from "../scope";
import { compileQuery, type Surroundings } from "./query";

export const contextFor = (around: Surroundings, scope: Scope | undefined, where: string): Context => ({
  session: around.session,
  scope,
  bound: new Map(),
  aggregates: false,
  windows: false,
  where,
  compileQuery: (query, outer) => compileQuery(query, { ...around, outer }),
});
