/** The partitions of AWS. */
const PARTITIONS = /^(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f|aws-eusc|\*)$/;

const IAM_PATHS = [
  ...["user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/"],
  ...["policy/", "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/"],
];

/** What IAM says of a resource of an identity policy, and undefined of one that it takes. */
export function resourceFault(resource: string): string | undefined {
  if (resource === "*" || resource.includes("${")) return undefined;
  const parts = resource.split(":");
  const [, partition = "", vendor, region, account, path = ""] = parts;
  if (parts.length < 2) return `Resource ${resource} must be in ARN format or "*".`;
  if (!PARTITIONS.test(partition)) {
    const whole = ["arn", ...parts.slice(1), "*", "*", "*", "*"].slice(0, Math.max(6, parts.length));
    return `Partition "${partition}" is not valid for resource "${whole.join(":")}".`;
  }
  // IAM user guide, "Resource": no wildcard in the service segment.
  if (vendor === undefined || /[*?]/.test(vendor))
    return "Resource vendor must be fully qualified and cannot contain regexes.";
  if (vendor === "iam") return iamFault(resource, region ?? "", path);
  if (vendor === "s3" && region && !account)
    return `Resource ${resource} can not contain region information.`;
  return undefined;
}

function iamFault(resource: string, region: string, path: string): string | undefined {
  if (region !== "" && region !== "*") return `IAM resource ${resource} cannot contain region information.`;
  const [begin = ""] = path.split("/");
  if (/[*?]/.test(begin) || IAM_PATHS.some((known) => path.startsWith(known))) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`;
}

/** An ARN of a valid partition that is cut short, or has no service: IAM's older parser refuses the policy. */
export function isCutShort(resource: string): boolean {
  if (resource.includes("${")) return false;
  const [, partition = "", vendor, ...others] = resource.split(":");
  return (
    PARTITIONS.test(partition) &&
    vendor !== undefined &&
    (vendor === "" || (others.length < 3 && resource.includes("::")))
  );
}
