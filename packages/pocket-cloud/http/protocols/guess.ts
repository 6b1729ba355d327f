import { escapeXml } from "../codecs/xml-tree";
import { header, queryValue, type WireRequest } from "../request";
import { cborRpc } from "./cbor-rpc";
import { queryCodeOf } from "./codes";
import { jsonRpc } from "./json-rpc";
import type { Protocol } from "./protocol";
import { query } from "./query";
import { restJson } from "./rest-json";
import { restXml } from "./rest-xml";

/** All that speak REST-XML; the rest of those without a target or a form speaks REST-JSON. */
const REST_XML: ReadonlySet<string> = new Set(["cloudfront", "route53", "s3"]);

/**
 * The format of a refusal when the cloud has no model of the service a request is signed for, or it is signed for
 * none: what the request looks like. An anonymous one without a form is taken for a reader of S3.
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

/** Query with errors in an envelope of its own. */
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
