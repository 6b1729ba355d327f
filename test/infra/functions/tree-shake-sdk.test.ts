import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { inlineKeys, keptErrors, unregisterErrors } from "../../../infra/functions/tree-shake-sdk";

const root = join(__dirname, "..", "..", "..");
const functions = join(root, "functions");
const sources = readdirSync(functions, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(functions, file), "utf8"))
  .join("\n");
const clients = [...new Set(sources.match(/(?<=@aws-sdk\/)client-[\w-]+/g))].sort();
const schemasOf = (client: string) => join(root, "node_modules/@aws-sdk", client, "dist-es/schemas");

/** What the schemas export, with the text of functions in their place. */
function exported(contents: string, resolveDir: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir, loader: "js" },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
  });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(module, module.exports, require);
  return JSON.stringify(module.exports, (_, value: unknown) =>
    typeof value === "function" ? String(value) : value,
  );
}

describe("A client's schemas", () => {
  it("are those of the clients that functions use", () => {
    assert.deepEqual(clients, [
      "client-athena",
      "client-dynamodb",
      "client-glue",
      "client-kinesis",
      "client-s3",
      "client-sns",
      "client-sqs",
      "client-ssm",
    ]);
  });

  for (const client of clients)
    it(`of ${client} are unchanged by inlined keys`, () => {
      const text = readFileSync(join(schemasOf(client), "schemas_0.js"), "utf8");
      const shaken = inlineKeys(text);
      assert.doesNotMatch(shaken, /\[_\w+\]: /);
      // Marking a call as pure changes nothing before unused code is dropped.
      assert.equal(
        exported(unregisterErrors(shaken), schemasOf(client)) === exported(text, schemasOf(client)),
        true,
      );
    });

  it("keep the errors that functions distinguish by class", () => {
    const imported = sources.match(/\b\w+(?:Exception|Fault|NotFound|NoSuch\w+)\b(?=,|\s*\})/g) ?? [];
    // S3ServiceException is the base class, which is always kept.
    assert.deepEqual([...new Set(imported)].sort(), [
      "AlreadyExistsException",
      "ConcurrentModificationException",
      "ConditionalCheckFailedException",
      "S3ServiceException",
      "TransactionCanceledException",
    ]);
    for (const error of imported.filter((name) => name !== "S3ServiceException"))
      assert.ok((keptErrors as readonly string[]).includes(error), error);
    const kept = clients.flatMap(
      (client) =>
        unregisterErrors(readFileSync(join(schemasOf(client), "schemas_0.js"), "utf8")).match(
          /(?<=^n0_registry\.registerError\()\w+(?=\$)/gm,
        ) ?? [],
    );
    assert.deepEqual([...new Set(kept)].sort(), [...keptErrors].sort());
  });

  it("keep every error whose class is marked as retryable", () => {
    for (const client of clients) {
      const models = readFileSync(join(schemasOf(client), "../models/errors.js"), "utf8");
      for (const model of models.split(/^export class /m).filter((text) => text.includes("$retryable")))
        assert.ok((keptErrors as readonly string[]).includes(/^\w+/.exec(model)?.[0] ?? ""), model);
    }
  });
});
