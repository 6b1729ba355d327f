/** An error that clients receive in AWS's shape. */
export class AwsError extends Error {
  constructor(
    /** AWS's error code, e.g. "ResourceNotFoundException". */
    readonly code: string,
    message: string,
    /** HTTP status: 4xx for errors of the caller, 5xx for errors of the service. */
    readonly status = 400,
    /** Further members of the modelled error shape. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

export const validationError = (message: string): AwsError => new AwsError("ValidationException", message);

/** For inputs nested so deeply that reading them overflows the stack, and for the limit of DynamoDB. */
export const nestedTooDeeply = (service: string | undefined): AwsError =>
  service === "dynamodb"
    ? validationError(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
      )
    : new AwsError("SerializationException", "The request body is nested too deeply");

/** An operation or option of AWS that is not implemented here. */
export const unsupported = (what: string): AwsError =>
  new AwsError("NotImplementedException", `The embedded cloud does not support ${what}`, 501);

export const accessDenied = (callerArn: string, action: string, resource: string): AwsError =>
  new AwsError(
    "AccessDeniedException",
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    403,
  );
