import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { environments, previewOf, root } from "./stacks";

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
  readonly encryptionsalt?: string;
}

const fileOf = (stack: string): StackFile =>
  parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as StackFile;

/** The provider's names for endpoints, by the module of a resource's type. */
const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  cloudwatch: ["cloudwatch", "cloudwatchlogs"],
};

describe("Stack files", () => {
  for (const stack of environments)
    it(`of ${stack} have plain values as text, as Pulumi's CLI writes them back`, () => {
      const { config, encryptionsalt } = fileOf(stack);
      const plain = Object.entries(config).filter(([, value]) => typeof value !== "object");
      assert.deepEqual(
        plain.filter(([, value]) => typeof value !== "string"),
        [],
      );
      assert.equal(encryptionsalt, undefined);
    });

  it("of local point every service of the program at the embedded cloud's default port", async () => {
    const { resources } = await previewOf("local");
    const modules = new Set(resources.flatMap(({ type }) => /^aws:(\w+)\//.exec(type)?.[1] ?? []));
    const needed = ["sts", ...[...modules].flatMap((module) => ENDPOINTS[module] ?? [module])];
    const [endpoints] = fileOf("local").config["aws:endpoints"] as readonly Record<string, string>[];
    assert.deepEqual(
      needed.filter((service) => endpoints?.[service] !== "http://127.0.0.1:4566"),
      [],
    );
  });
});
