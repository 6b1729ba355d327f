/** The account of a cloud unless its options name another one, and of previews for it. */
export const DEFAULT_ACCOUNT = "000000000000";

/** Long-term keys of an AWS client. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Such as "sns.amazonaws.com", on behalf of a topic: the condition key aws:SourceArn. */
export interface ServicePrincipal {
  readonly name: string;
  readonly sourceArn: string;
}

/** What AssumeRole gives a session besides its role. */
export interface SessionGrant {
  /** Session policies as JSON: the session may do only what they allow too. */
  readonly policies?: readonly string[];
  /** ARNs of managed policies that are session policies. */
  readonly policyArns?: readonly string[];
  /** Session tags, which go before the role's tags of the same keys. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Keys of the tags that the sessions of chained roles keep. */
  readonly transitiveTags?: readonly string[];
}

/** Who makes a call: the owner of the signature's access key, or a service that acts in a role. */
export interface Caller {
  readonly accountId: string;
  /** e.g. arn:aws:iam::000000000000:root, or arn:aws:sts::000000000000:assumed-role/<role>/<session>. */
  readonly arn: string;
  readonly userId: string;
  /** The role whose policies apply; undefined for the administrator, who is allowed everything. */
  readonly role?: { readonly arn: string; readonly name: string; readonly sessionName: string };
  /** What AssumeRole gave the session. */
  readonly session?: SessionGrant;
  /** The service that makes the call on behalf of the role, such as "firehose.amazonaws.com". */
  readonly viaService?: string;
  /** The service that passes on the caller's request with the caller's own rights, such as "athena.amazonaws.com". */
  readonly calledVia?: string;
  /** A service that acts without a role. Only resource policies that name its principal allow it something. */
  readonly service?: ServicePrincipal;
}

/** A service that acts without a role on behalf of a resource. */
export const servicePrincipal = (accountId: string, name: string, sourceArn: string): Caller => ({
  accountId,
  arn: name,
  userId: name,
  viaService: name,
  service: { name, sourceArn },
});
