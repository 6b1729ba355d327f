import { AwsError } from "../../errors";
import type { Signature } from "./signature";

const hexOf = (text: string): string =>
  Buffer.from(text)
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");

/**
 * A signature that does not match. S3 states what it signed itself, so that clients can compare (recorded by LocalStack's
 * tests of presigned URLs); other services only say so.
 */
export function signatureMismatch(
  { service, accessKeyId, signature }: Signature,
  stringToSign: string,
  canonicalRequest?: string,
): AwsError {
  const message = "The request signature we calculated does not match the signature you provided.";
  if (service !== "s3")
    return new AwsError(
      "InvalidSignatureException",
      `${message} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`,
      403,
    );
  return new AwsError("InvalidSignatureException", `${message} Check your key and signing method.`, 403, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signature,
    StringToSignBytes: hexOf(stringToSign),
    ...(canonicalRequest !== undefined && {
      CanonicalRequest: canonicalRequest,
      CanonicalRequestBytes: hexOf(canonicalRequest),
    }),
  });
}

/** A presigned URL whose time is over. S3 states the times. */
export function urlExpired(
  { service, expiresInSeconds }: Signature,
  expires: number,
  now: number | undefined,
): AwsError {
  const time = (millis: number) =>
    new Date(Math.floor(millis / 1000) * 1000).toISOString().replace(".000", "");
  return new AwsError("AccessDeniedException", "Request has expired", 403, {
    ...(service === "s3" && {
      ...(expiresInSeconds !== undefined && { "X-Amz-Expires": expiresInSeconds }),
      Expires: time(expires),
      ServerTime: time(now ?? expires),
    }),
  });
}
