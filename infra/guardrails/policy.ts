/** A resource as a policy sees it: what the program declared, with values as far as they are known. */
export interface Declared {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

/** What one policy demands. A violation is a sentence about a resource. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  /** Controls it stands for: AWS Foundational Security Best Practices, CIS, checkov. */
  readonly controls: string;
  readonly type: string;
  /** Some demands are met by another resource: then the whole stack is looked at, else each resource by itself. */
  readonly looksAround?: true;
  /** `all` are the stack's resources, for a policy that looks around. */
  readonly violations: (resource: Declared, all: readonly Declared[]) => readonly string[];
}

/** A resource that a policy does not bind, and why. */
export interface Exemption {
  readonly policy: string;
  readonly type: string;
  readonly name: RegExp;
  readonly reason: string;
}

export interface Violation {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
}

/** Checks every resource against every policy. */
export const check = (
  all: readonly Declared[],
  policies: readonly Policy[],
  exemptions: readonly Exemption[],
): readonly Violation[] =>
  policies.flatMap((policy) =>
    all
      .filter((resource) => resource.type === policy.type && !isExempt(policy, resource, exemptions))
      .flatMap((resource) =>
        policy
          .violations(resource, policy.looksAround ? all : [resource])
          .map((message) => ({ policy: policy.name, urn: resource.urn, message })),
      ),
  );

export const isExempt = (policy: Policy, resource: Declared, exemptions: readonly Exemption[]): boolean =>
  exemptions.some(
    (exemption) =>
      exemption.policy === policy.name &&
      exemption.type === resource.type &&
      exemption.name.test(resource.name),
  );

/** The value at a path such as "environment.variables". */
export const at = (props: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      props,
    );

/** A policy that a property must satisfy; the sentence says what it is instead. */
export const property = (
  policy: Omit<Policy, "violations">,
  path: string,
  demand: string,
  ok: (value: unknown) => boolean,
): Policy => ({
  ...policy,
  violations: ({ props }) => {
    const value = at(props, path);
    return ok(value) ? [] : [`${path} is ${JSON.stringify(value) ?? "not set"}; it must be ${demand}`];
  },
});

export const isTrue = (value: unknown): boolean => value === true;
export const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";
