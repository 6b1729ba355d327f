import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Service errors that keep their class: those that functions distinguish by class, and the one whose class marks it as
 * retryable. Others arrive as the service's base exception, with the same name and message.
 */
export const keptErrors = [
  "AlreadyExistsException",
  "ConcurrentModificationException",
  "ConditionalCheckFailedException",
  "TransactionCanceledException",
  "ReplicatedWriteConflictException",
] as const;

/** In the Query protocol of this client an error's code differs from its name, which only the class knows. */
const NAMED_BY_CLASS = "client-sns";

const schemaFile = /(client-[\w-]+)[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/;

/**
 * Rewrites SDK schema files so that unused operations tree-shake. esbuild keeps them otherwise, because computed keys such
 * as `[_hH]` may have side effects, and because every error is registered. That is a fifth of the S3 client and half of
 * the SSM client.
 */
export const treeShakeSdk: Plugin = {
  name: "tree-shake-sdk",
  setup: (build) => {
    build.onLoad({ filter: schemaFile }, async ({ path }) => {
      const schemas = inlineKeys(await readFile(path, "utf8"));
      return {
        contents: schemaFile.exec(path)?.[1] === NAMED_BY_CLASS ? schemas : unregisterErrors(schemas),
      };
    });
  },
};

/** Replaces computed keys, `[_hH]: …`, by the value of their constant. */
export function inlineKeys(schemas: string): string {
  const constants = schemas.matchAll(/^const (\w+) = ("[^"\\]*");$/gm);
  const literals = new Map([...constants].map(([, name, literal]) => [name, literal]));
  return schemas.replaceAll(/\[(\w+)\]: /g, (key, name: string) =>
    literals.has(name) ? `${literals.get(name)}: ` : key,
  );
}

/** Marks the registration of errors as pure, so that esbuild drops the unused ones. */
export function unregisterErrors(schemas: string): string {
  const kept: readonly string[] = keptErrors;
  return schemas.replaceAll(/^n0_registry\.registerError\((\w+)\$, \w+\);$/gm, (call, error: string) =>
    kept.includes(error) ? call : `/* @__PURE__ */ ${call}`,
  );
}
