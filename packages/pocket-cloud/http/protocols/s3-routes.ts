import { AwsError } from "../../errors";
import type { ServiceModel } from "../catalogue";
import { bindingsOf } from "../codecs/bindings";
import { header, type WireRequest } from "../request";
import { type Matched, match, type Route, routeOf } from "./routes";

interface Table {
  /** Operations of the account, such as ListBuckets. */
  readonly account: readonly Route[];
  /** Operations of a bucket or object; their modelled paths begin after the bucket. */
  readonly bucket: readonly Route[];
  /** Query parameters that select a sub-resource: "acl", "versioning", … */
  readonly subresources: ReadonlySet<string>;
}

let tableOf: { readonly service: ServiceModel; readonly table: Table } | undefined;

export function findS3(request: WireRequest, service: ServiceModel): Matched {
  if (tableOf?.service !== service) tableOf = { service, table: readTable(service) };
  const { table } = tableOf;
  const { bucket, path } = addressOf(request);
  const found = bucket === undefined ? match(table.account, request, "") : match(table.bucket, request, path);
  if (!found || !claimsSubresources(found, request, table))
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
  if (bucket !== undefined) found.labels.Bucket = bucket;
  return found;
}

function readTable(service: ServiceModel): Table {
  const routes = service.operations().flatMap((operation) => routeOf(operation) ?? []);
  const ofBucket = ({ operation }: Route) =>
    bindingsOf(operation.input).labels.some(({ name }) => name === "Bucket");
  return {
    account: routes.filter((route) => !ofBucket(route) && route.segments.length === 0),
    bucket: routes.filter(ofBucket),
    subresources: new Set(routes.flatMap(({ literals }) => literals.map(([name]) => name))),
  };
}

/** False when the query names a sub-resource that the operation does not read. */
const claimsSubresources = (
  { route: { claimed } }: Matched,
  { query }: WireRequest,
  { subresources }: Table,
): boolean => query.every(([name]) => !subresources.has(name) || claimed.has(name));

/** Bucket and remaining path, from the host name (virtual-host style) or the first path segment. */
export function addressOf(request: WireRequest): { bucket?: string; path: string } {
  const virtual = bucketOfHost(header(request, "host"));
  if (virtual !== undefined) return { bucket: virtual, path: request.path };
  const rest = request.path.slice(1);
  if (rest === "") return { path: "" };
  const slash = rest.indexOf("/");
  const bucket = decodeKey(slash < 0 ? rest : rest.slice(0, slash));
  return { bucket, path: slash < 0 ? "/" : rest.slice(slash) };
}

const VIRTUAL_HOST = /^(.+)\.(?:localhost|127\.0\.0\.1)(?::\d+)?$/;

const bucketOfHost = (host: string | undefined): string | undefined => host?.match(VIRTUAL_HOST)?.[1];

function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}
