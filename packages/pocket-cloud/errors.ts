/** An error a client of the embedded cloud sees exactly as AWS would send it. */
export class AwsError extends Error {
  constructor(
    /** AWS's error code, e.g. "ResourceNotFoundException". */
    readonly code: string,
    message: string,
    /** HTTP status; 4xx faults are the caller's, 5xx the service's. */
    readonly status = 400,
    /** Further members of the modelled error shape (e.g. QueryExecution reasons). */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

export const validationError = (message: string): AwsError => new AwsError("ValidationException", message);

/** An operation or option that exists in AWS and not here: said plainly, never pretended. */
export const unsupported = (what: string): AwsError =>
  new AwsError("NotImplementedException", `The embedded cloud does not support ${what}`, 501);

export const accessDenied = (callerArn: string, action: string, resource: string): AwsError =>
  new AwsError(
    "AccessDeniedException",
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    403,
  );
