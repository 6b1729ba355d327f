/** A resource as the program declares it, with values as far as they are known. */
export interface Declared {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

export interface Policy {
  readonly name: string;
  /** Ends with the controls it implements: AWS Foundational Security Best Practices, CIS, checkov. */
  readonly description: string;
  readonly type: string;
  /** Whether it needs the whole stack, because another resource can meet the requirement. */
  readonly needsStack?: true;
  /** Messages about a resource. `all` is the whole stack for a policy that needs it. */
  readonly violations: (resource: Declared, all: readonly Declared[]) => readonly string[];
}

/** A resource that a policy does not apply to. */
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
          .violations(resource, policy.needsStack ? all : [resource])
          .map((message) => ({ policy: policy.name, urn: resource.urn, message })),
      ),
  );

const isExempt = (policy: Policy, resource: Declared, exemptions: readonly Exemption[]): boolean =>
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

/** What a property must be, in words and as a test. */
interface Requirement {
  readonly text: string;
  readonly isMet: (value: unknown) => boolean;
}

export const oneOf = (...allowed: readonly (string | boolean)[]): Requirement => ({
  text: allowed.join(" or "),
  isMet: (value) => allowed.some((one) => one === value),
});

export const between = (min: number, max: number, note = ""): Requirement => ({
  text: `${min} to ${max}${note}`,
  isMet: (value) => typeof value === "number" && value >= min && value <= max,
});

export const atLeast = (min: number, unit: string): Requirement => ({
  text: `at least ${min} ${unit}`,
  isMet: (value) => typeof value === "number" && value >= min,
});

export const including = (item: string): Requirement => ({
  text: `["${item}"]`,
  isMet: (value) => Array.isArray(value) && value.includes(item),
});

export const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";
export const set: Requirement = { text: "set", isMet: isSet };

/** Makes policies on single properties of a resource type. */
export const propertiesOf =
  (type: string) =>
  (name: string, path: string, requirement: Requirement, description: string): Policy => ({
    name,
    type,
    description,
    violations: ({ props }) => {
      const value = at(props, path);
      return requirement.isMet(value)
        ? []
        : [`${path} is ${JSON.stringify(value) ?? "not set"}; it must be ${requirement.text}`];
    },
  });
