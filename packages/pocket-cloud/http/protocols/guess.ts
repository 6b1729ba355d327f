import { escapeXml } from "../codecs/xml-tree";
import { header, queryValue, type WireRequest } from "../request";
import { cborRpc } from "./cbor-rpc";
import { queryCodeOf } from "./codes";
import { jsonRpc } from "./json-rpc";
import type { Protocol } from "./protocol";
import { query } from "./query";
import { restJson } from "./rest-json";
import { restXml } from "./rest-xml";

/** Services with REST-XML. Requests of other services without a target or form are REST-JSON. */
const REST_XML: ReadonlySet<string> = new Set(["cloudfront", "route53", "s3"]);

/**
 * Guesses the protocol for an error response when the service is unknown or the request is not signed. An unsigned
 * request without a form counts as one for S3.
 */
export function guessProtocol(request: WireRequest, service = "s3"): Protocol {
  if (header(request, "smithy-protocol") === "rpc-v2-cbor") return cborRpc;
  if (header(request, "x-amz-target") !== undefined) return jsonRpc;
  if (isForm(request)) return service === "ec2" ? ec2 : query;
  return REST_XML.has(service) ? restXml : restJson;
}

const isForm = (request: WireRequest): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(header(request, "content-type") ?? "") ||
  queryValue(request, "Action") !== undefined;

/** The query protocol with a different error envelope. */
const ec2: Protocol = {
  ...query,
  fail: (error, { requestId }) => ({
    status: error.status,
    headers: { "content-type": "text/xml" },
    body:
      `<Response><Errors><Error><Code>${escapeXml(queryCodeOf(error.code))}</Code><Message>${escapeXml(error.message)}` +
      `</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  }),
};
