import { AwsError, unsupported } from "../../errors";
import { header, queryValue, type WireRequest } from "../request";

/** The signature of a request, not verified yet. */
export interface Signature {
  readonly accessKeyId: string;
  /** Credential scope. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken?: string;
  /** "20261120T111500Z", from the header or the query. */
  readonly timestamp: string;
  /** Whether the signature is in the URL. */
  readonly presigned: boolean;
  /** For presigned URLs. */
  readonly expiresInSeconds?: number;
  /** For URLs presigned with signature version 2, in seconds since the epoch. */
  readonly expiresAt?: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const CREDENTIAL = /[\s,]Credential=([^,]*)/;
const SIGNED_HEADERS = /[\s,]SignedHeaders=([^,]*)/;
const SIGNATURE = /[\s,]Signature=([^,]*)/;

export function readSignature(request: WireRequest): Signature {
  const authorization = header(request, "authorization");
  if (authorization !== undefined) return fromHeader(request, authorization);
  if (queryValue(request, "X-Amz-Algorithm") !== undefined) return fromQuery(request);
  if (queryValue(request, "AWSAccessKeyId") !== undefined) return fromLegacyQuery(request);
  if (header(request, "content-type")?.startsWith("multipart/form-data"))
    throw unsupported("uploads by HTML forms (presigned POST)");
  throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
}

function fromHeader(request: WireRequest, authorization: string): Signature {
  if (!authorization.startsWith(`${ALGORITHM} `))
    throw incomplete(`Unsupported algorithm in the Authorization header: '${authorization.split(" ")[0]}'`);
  const part = (pattern: RegExp) => pattern.exec(authorization)?.[1]?.trim();
  const token = header(request, "x-amz-security-token");
  return {
    ...readCredential(part(CREDENTIAL)),
    presigned: false,
    signedHeaders: need(part(SIGNED_HEADERS), "SignedHeaders").split(";"),
    signature: need(part(SIGNATURE), "Signature"),
    timestamp: need(header(request, "x-amz-date") ?? basicFormat(header(request, "date")), "X-Amz-Date"),
    ...(token !== undefined && { sessionToken: token }),
  };
}

/** S3's errors about the parameters of a URL are recorded by LocalStack's test_s3_put_presigned_url_missing_sig_param. */
const PARAMETERS = ["Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires"];

function checkS3Parameters(of: (name: string) => string | undefined): void {
  const credential = of("X-Amz-Credential");
  const [, , , service = "s3"] = credential?.split("/") ?? [];
  if (credential !== undefined && service !== "s3" && credential.split("/").length === 5) return;
  if (PARAMETERS.some((name) => !of(`X-Amz-${name}`)))
    throw queryError(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  if (credential?.split("/").length !== 5)
    throw queryError(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
}

const queryError = (message: string): AwsError => new AwsError("AuthorizationQueryParametersError", message);

function fromQuery(request: WireRequest): Signature {
  const of = (name: string) => queryValue(request, name);
  checkS3Parameters(of);
  if (of("X-Amz-Algorithm") !== ALGORITHM) throw incomplete(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const token = of("X-Amz-Security-Token");
  return {
    ...readCredential(of("X-Amz-Credential")),
    presigned: true,
    signedHeaders: need(of("X-Amz-SignedHeaders"), "X-Amz-SignedHeaders").split(";"),
    signature: need(of("X-Amz-Signature"), "X-Amz-Signature"),
    timestamp: need(of("X-Amz-Date"), "X-Amz-Date"),
    expiresInSeconds: Number(need(of("X-Amz-Expires"), "X-Amz-Expires")),
    ...(token !== undefined && { sessionToken: token }),
  };
}

/** Signature version 2, which only S3 still accepts. */
function fromLegacyQuery(request: WireRequest): Signature {
  const token = queryValue(request, "x-amz-security-token");
  if (["AWSAccessKeyId", "Signature", "Expires"].some((name) => !queryValue(request, name)))
    throw new AwsError(
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      403,
    );
  return {
    accessKeyId: need(queryValue(request, "AWSAccessKeyId"), "AWSAccessKeyId"),
    date: "",
    region: "",
    service: "s3",
    presigned: true,
    signedHeaders: [],
    signature: need(queryValue(request, "Signature"), "Signature"),
    timestamp: "",
    expiresAt: Number(need(queryValue(request, "Expires"), "Expires")),
    ...(token !== undefined && { sessionToken: token }),
  };
}

function readCredential(credential: string | undefined) {
  const [accessKeyId, date, region, service, terminator] = need(credential, "Credential").split("/");
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request")
    throw incomplete("Credential must have the form key/date/region/service/aws4_request");
  return { accessKeyId, date, region, service };
}

function need(value: string | undefined, name: string): string {
  if (value) return value;
  throw incomplete(`Authorization requires '${name}' parameter`);
}

const incomplete = (message: string): AwsError => new AwsError("IncompleteSignatureException", message, 403);

/** Converts an RFC 1123 date to the format of SigV4. */
function basicFormat(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}
