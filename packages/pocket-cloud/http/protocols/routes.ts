import { type OperationModel, requiredMembers } from "../catalogue";
import { bindingsOf } from "../codecs/bindings";
import { decodePercent, header, queryValue, type WireRequest } from "../request";

interface Segment {
  readonly text: string;
  readonly label: boolean;
  readonly greedy: boolean;
}

export interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** Required query parameters from the modelled URI ("?acl", "?list-type=2"). */
  readonly literals: readonly (readonly [string, string])[];
  /** Query parameters and headers of required members; they distinguish UploadPart from PutObject. */
  readonly neededQuery: readonly string[];
  readonly neededHeaders: readonly string[];
  /** Specificity: the route with the most requirements wins. */
  readonly weight: number;
  /** All query parameters that the operation reads. */
  readonly claimed: ReadonlySet<string>;
}

export interface Matched {
  readonly operation: OperationModel;
  readonly route: Route;
  readonly labels: Record<string, string>;
}

/** Newer clients name the operation in this query parameter. It only breaks ties. */
const OPERATION_HINT = "x-id";

export function routeOf(operation: OperationModel): Route | undefined {
  const { http } = operation;
  if (!http) return undefined;
  const [path = "/", queryText = ""] = http.uri.split("?");
  const { query, headers } = bindingsOf(operation.input);
  const required = operation.input.isStructSchema() ? requiredMembers(operation.input) : [];
  const segments = split(path).map(segmentOf);
  const literals = queryText
    .split("&")
    .filter((pair) => pair !== "" && !pair.startsWith(`${OPERATION_HINT}=`))
    .map((pair) => {
      const [name = "", value = ""] = pair.split("=");
      return [name, value] as const;
    });
  const neededQuery = query.filter(({ name }) => required.includes(name)).map(({ wire }) => wire);
  const neededHeaders = headers.filter(({ name }) => required.includes(name)).map(({ wire }) => wire);
  const fixed = segments.filter(({ label }) => !label).length;
  return {
    operation,
    method: http.method,
    segments,
    literals,
    neededQuery,
    neededHeaders,
    weight: fixed * 100 + (literals.length + neededQuery.length + neededHeaders.length) * 10,
    claimed: new Set([...literals.map(([name]) => name), ...query.map(({ wire }) => wire)]),
  };
}

const segmentOf = (text: string): Segment =>
  text.startsWith("{")
    ? { text: text.slice(1, -1).replace(/\+$/, ""), label: true, greedy: text.endsWith("+}") }
    : { text, label: false, greedy: false };

const split = (path: string): string[] => path.split("/").filter((part) => part !== "");

/** Finds the most specific route that matches. */
export function match(routes: readonly Route[], request: WireRequest, path: string): Matched | undefined {
  let best: Matched | undefined;
  let bestScore = -1;
  const hint = queryValue(request, OPERATION_HINT);
  for (const route of routes) {
    if (route.method !== request.method || !meetsRequirements(route, request)) continue;
    const labels = labelsOf(route.segments, path);
    if (!labels) continue;
    const score = route.weight + (hint === route.operation.name ? 1 : 0);
    if (score > bestScore) {
      bestScore = score;
      best = { operation: route.operation, route, labels };
    }
  }
  return best;
}

function meetsRequirements({ literals, neededQuery, neededHeaders }: Route, request: WireRequest): boolean {
  return (
    literals.every(([name, value]) =>
      request.query.some(([key, given]) => key === name && (value === "" || given === value)),
    ) &&
    neededQuery.every((name) => request.query.some(([key]) => key === name)) &&
    neededHeaders.every((name) => header(request, name) !== undefined)
  );
}

/** Label values, decoded after the path is split at its slashes; undefined when the path does not match. */
function labelsOf(segments: readonly Segment[], path: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let rest = path.startsWith("/") ? path.slice(1) : path;
  for (const [index, { text, label, greedy }] of segments.entries()) {
    if (greedy && index === segments.length - 1) {
      if (rest === "") return undefined;
      labels[text] = decodePercent(rest);
      return labels;
    }
    const slash = rest.indexOf("/");
    const part = slash < 0 ? rest : rest.slice(0, slash);
    rest = slash < 0 ? "" : rest.slice(slash + 1);
    if (part === "" || (!label && part !== text)) return undefined;
    if (label) labels[text] = decodePercent(part);
  }
  return rest === "" ? labels : undefined;
}
