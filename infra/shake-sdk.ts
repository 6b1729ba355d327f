import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * The errors of services that functions tell apart by their class, and the one whose class says it may be tried again.
 * Others come as the service's base exception, with the same name and message.
 */
export const errorsTold = [
  "ConditionalCheckFailedException",
  "TransactionCanceledException",
  "ReplicatedWriteConflictException",
] as const;

/** Speaks the Query protocol, in which an error's code is not its class's name: the class has to give the name. */
const NAMED_BY_CLASS = "client-sns";

const schemaFile = /(client-[\w-]+)[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/;

/**
 * Makes a client's schemas fall to what is used of them. As they come, hundreds of operations that no function calls stay:
 * keys such as `[_hH]` could run code, for all that esbuild knows, and every error is put on record. That was a fifth
 * of a client of S3, and half of one of SSM.
 */
export const shakeSdk: Plugin = {
  name: "shake-sdk",
  setup: (build) => {
    build.onLoad({ filter: schemaFile }, async ({ path }) => {
      const schemas = spelledOut(await readFile(path, "utf8"));
      return { contents: schemaFile.exec(path)?.[1] === NAMED_BY_CLASS ? schemas : withoutErrors(schemas) };
    });
  },
};

/** Constants as keys, `[_hH]: …`, by their value. */
export function spelledOut(schemas: string): string {
  const constants = schemas.matchAll(/^const (\w+) = ("[^"\\]*");$/gm);
  const literals = new Map([...constants].map(([, name, literal]) => [name, literal]));
  return schemas.replaceAll(/\[(\w+)\]: /g, (key, name: string) =>
    literals.has(name) ? `${literals.get(name)}: ` : key,
  );
}

/** Lets go of each error that is only on record. */
export function withoutErrors(schemas: string): string {
  const told: readonly string[] = errorsTold;
  return schemas.replaceAll(/^n0_registry\.registerError\((\w+)\$, \w+\);$/gm, (call, error: string) =>
    told.includes(error) ? call : `/* @__PURE__ */ ${call}`,
  );
}
