/** The account of a cloud unless its options name another one, and of previews for it. */
export const DEFAULT_ACCOUNT = "000000000000";

/** Long-term keys of an AWS client. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who makes a call: decided from the signature's access key, or made by a service acting in a role. */
export interface Caller {
  readonly accountId: string;
  /** e.g. arn:aws:iam::000000000000:root, or arn:aws:sts::000000000000:assumed-role/<role>/<session>. */
  readonly arn: string;
  readonly userId: string;
  /** The role whose policies decide; undefined only for the local administrator, whom nothing is refused. */
  readonly role?: { readonly arn: string; readonly name: string; readonly sessionName: string };
  /** Set when a service makes the call on somebody's behalf, e.g. "firehose.amazonaws.com". */
  readonly viaService?: string;
}
