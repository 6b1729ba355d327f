import type { AwsError } from "../../errors";
import type { OperationModel, ServiceModel } from "../catalogue";
import { bindingsOf, readBound, writeBound } from "../codecs/bindings";
import { readXml, writeXml, body as xmlBody } from "../codecs/xml";
import { escapeXml, parseXml } from "../codecs/xml-tree";
import type { Answer, Body } from "../exchange";
import type { WireRequest } from "../request";
import { toS3Error } from "./codes";
import type { Protocol, RequestInfo } from "./protocol";
import { findS3 } from "./s3-routes";

const XML_TYPE = "application/xml";
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** REST-XML of S3. Object bodies pass through unchanged. */
export const restXml: Protocol = {
  begin: (request, service) => {
    const { operation, labels } = findS3(request, service);
    const { payload, body } = bindingsOf(operation.input);
    const streaming = Boolean(payload?.schema.isStreaming());
    return {
      streaming,
      checksummed: operation.checksummed,
      decode: (content, opened = request) => {
        const input = readBound(operation, withQueryHeaders(opened), labels);
        if (payload && streaming) input[payload.name] = content;
        else if (payload || body.length > 0) readBody(operation, content as Uint8Array, input);
        return { operation, input };
      },
    };
  },
  encode,
  fail,
};

/** Parameters of a signature itself. */
const SIGNING = /^x-amz-(algorithm|credential|date|expires|signature|signedheaders|security-token)$/;

/** In a presigned URL the x-amz- headers may be in the query (S3 user guide, "Authenticating requests: query parameters"). */
function withQueryHeaders(request: WireRequest): WireRequest {
  const moved = request.query
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith("x-amz-") && !SIGNING.test(name));
  if (moved.length === 0) return request;
  return { ...request, headers: { ...Object.fromEntries(moved), ...request.headers } };
}

function readBody(operation: OperationModel, content: Uint8Array, input: Record<string, unknown>): void {
  const { payload } = bindingsOf(operation.input);
  // An empty text, such as that of a bucket policy, is a value.
  if (content.byteLength === 0 && payload?.schema.isStringSchema()) input[payload.name] = "";
  if (content.byteLength === 0) return;
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
  if (payload?.schema.isStringSchema()) input[payload.name] = text;
  else if (payload?.schema.isBlobSchema()) input[payload.name] = content;
  else if (payload) input[payload.name] = readXml(payload.schema, parseXml(text));
  else Object.assign(input, readXml(operation.input, parseXml(text)));
}

/** The model says 200. 204 is recorded by LocalStack's tests of bucket policies and tags. */
const STATUSES: Readonly<Record<string, number>> = { PutBucketPolicy: 204, PutBucketTagging: 204 };

/** They state the bucket's region in a header that the model lacks (recorded by test_region_header_exists_outside_us_east_1). */
const LISTINGS = new Set(["ListObjects", "ListObjectsV2"]);

function encode(
  operation: OperationModel,
  output: object,
  { requestId }: RequestInfo,
  service: ServiceModel,
): Answer {
  const members = output as Record<string, unknown>;
  const { headers, status: modelled } = writeBound(operation, members);
  if (LISTINGS.has(operation.name)) headers["x-amz-bucket-region"] = String(members.BucketRegion);
  // The model has only one status for GetObject; a range has another one.
  const status = headers["content-range"] === undefined ? (STATUSES[operation.name] ?? modelled) : 206;
  const ids = idsOf(requestId);
  const { payload, body } = bindingsOf(operation.output);
  if (payload?.schema.isBlobSchema() || payload?.schema.isStringSchema())
    return { status, headers: { ...headers, ...ids }, body: members[payload.name] as Body | undefined };
  const empty = status === 204 || (!payload && body.length === 0);
  const xml = empty
    ? undefined
    : payload
      ? payloadXml(payload, members, service)
      : bodyXml(operation, members, service);
  if (xml === undefined) return { status, headers: { ...headers, ...ids } };
  return { status, headers: { "content-type": XML_TYPE, ...headers, ...ids }, body: PROLOGUE + xml };
}

type Payload = { readonly name: string; readonly schema: OperationModel["output"] };

function payloadXml({ name, schema }: Payload, members: Record<string, unknown>, service: ServiceModel) {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  const element = schema.getMergedTraits().xmlName ?? schema.getName() ?? name;
  return withNamespace(writeXml(element, schema, value), element, service);
}

function bodyXml(operation: OperationModel, members: Record<string, unknown>, service: ServiceModel) {
  const schema = operation.output;
  if (!schema.isStructSchema()) return undefined;
  // The only S3 output without a wrapping element; it is empty for us-east-1.
  if (operation.name === "GetBucketLocation")
    return `<LocationConstraint xmlns="${service.xmlNamespace}">${escapeXml(String(members.LocationConstraint ?? ""))}</LocationConstraint>`;
  const element = schema.getMergedTraits().xmlName ?? schema.getName() ?? operation.name;
  const inBody = Object.fromEntries(bindingsOf(schema).body.map(({ name }) => [name, members[name]]));
  const { attributes, content } = xmlBody(schema, inBody);
  return withNamespace(`<${element}${attributes}>${content}</${element}>`, element, service);
}

const withNamespace = (xml: string, element: string, service: ServiceModel): string =>
  `<${element} xmlns="${service.xmlNamespace}"${xml.slice(element.length + 1)}`;

const idsOf = (requestId: string) => ({
  "x-amz-request-id": requestId,
  "x-amz-id-2": Buffer.from(requestId).toString("base64"),
});

/** Further members of an error's XML, and headers of its response. */
interface ErrorDetails {
  readonly headers?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

/** AWS's documentation shows a member Resource, which none of 300 errors that LocalStack's tests recorded has. */
function fail(error: AwsError, { request, requestId }: RequestInfo): Answer {
  const { code, status, message } = toS3Error(error);
  const { headers: more = {}, ...details } = error.details as ErrorDetails;
  const ids = { ...idsOf(requestId), ...more };
  if (request.method === "HEAD" || status === 304) return { status, headers: ids };
  const headers = { "content-type": XML_TYPE, ...ids };
  const extra = Object.entries(details).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return {
    status,
    headers,
    body:
      `${PROLOGUE}<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${extra.join("")}` +
      `<RequestId>${requestId}</RequestId><HostId>${headers["x-amz-id-2"]}</HostId></Error>`,
  };
}
