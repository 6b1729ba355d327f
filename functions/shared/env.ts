/**
 * Reads environment variables. The error for a missing or invalid one names the variable, the value and what
 * is allowed.
 */
export interface Env {
  text(name: string): string;
  optional(name: string): string | undefined;
  whole(name: string, min: number, max: number, fallback?: number): number;
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T;
}

export function readEnv(variables: NodeJS.ProcessEnv = process.env): Env {
  const optional = (name: string) => variables[name] || undefined;
  const fail = (name: string, wanted: string): never => {
    throw new Error(
      `environment variable ${name} is ${JSON.stringify(variables[name] ?? null)}; it must be ${wanted}`,
    );
  };
  return {
    optional,
    text: (name) => optional(name) ?? fail(name, "set"),
    whole: (name, min, max, fallback) => {
      const text = optional(name) ?? fallback?.toString() ?? "";
      const value = Number(text);
      return /^\d{1,15}$/.test(text) && value >= min && value <= max
        ? value
        : fail(name, `a whole number from ${min} to ${max}`);
    },
    oneOf: (name, allowed, fallback) => {
      const text = optional(name) ?? fallback;
      return allowed.find((choice) => choice === text) ?? fail(name, `one of ${allowed.join(", ")}`);
    },
  };
}
