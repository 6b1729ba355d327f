import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { properties } from "../../grpc";
import { readableTypes } from "../../resources/live";
import { secret } from "../../values";

import { DIFF_NONE, LOG_GROUP, pluginEngine } from "./engine";

describe("Import by the plugin", () => {
  const { client, create, diff, read, remove } = pluginEngine();

  const imported = (type: string, name: string, id: string) => read(type, name, { id, inputs: {} });

  it("reads what a program has to give, without AWS's defaults", async () => {
    const group = { name: "/found", retentionInDays: 3, tags: { team: "x" } };
    const created = await create(LOG_GROUP, "found", group);
    const found = await imported(LOG_GROUP, "found", "/found");
    assert.deepEqual(
      [found.getId(), properties(found.getInputs()), properties(found.getProperties())],
      ["/found", group, created.outputs],
    );
    assert.equal(
      (await diff(LOG_GROUP, "found", { inputs: group, outputs: created.outputs }, group)).changes,
      DIFF_NONE,
    );
    const stream = { name: "found", shardCount: 2, retentionPeriod: 48 };
    const { id } = await create("aws:kinesis/stream:Stream", "found", stream);
    // As in the AWS provider, by name; the id is the ARN.
    const found2 = await imported("aws:kinesis/stream:Stream", "found", "found");
    assert.deepEqual([found2.getId(), properties(found2.getInputs())], [id, stream]);
  });

  it("keeps the value of a SecureString secret", async () => {
    const parameter = { name: "/imported", type: "SecureString", value: secret("s3cret") };
    await create("aws:ssm/parameter:Parameter", "imported", parameter);
    const found = await imported("aws:ssm/parameter:Parameter", "imported", "/imported");
    assert.deepEqual(properties(found.getInputs()), parameter);
    assert.deepEqual(properties(found.getProperties()).value, secret("s3cret"));
  });

  it("takes over the key of a creation that was interrupted", async () => {
    const description = "interrupted";
    // Pulumi records an interrupted creation as pending: it does not know the key's id.
    const { KeyMetadata: key } = await new KMSClient(client()).send(
      new CreateKeyCommand({ Description: description }),
    );
    const found = await imported("aws:kms/key:Key", "k", key?.KeyId ?? "");
    assert.deepEqual([found.getId(), properties(found.getInputs())], [key?.KeyId, { description }]);
    const { arn, keyId } = properties(found.getProperties());
    assert.deepEqual([arn, keyId], [key?.Arn, key?.KeyId]);
    const recorded = { id: found.getId(), inputs: { description }, outputs: { arn: arn ?? null } };
    await remove("aws:kms/key:Key", "k", recorded);
    assert.equal((await read("aws:kms/key:Key", "k", recorded)).getId(), "");
  });

  it("finds nothing under an unknown id, and refuses types that it cannot read", async () => {
    assert.equal((await imported(LOG_GROUP, "none", "/none")).getId(), "");
    await assert.rejects(
      imported("aws:glue/classifier:Classifier", "json", "json"),
      /aws:glue\/classifier:Classifier json cannot be imported: pulumi-local imports only aws:athena\/workgroup:Workgroup, /,
    );
  });

  it("can read the types that its README names", () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    const [, list = ""] = /read the settings of these types:\n\n((?:[^\n]+\n)+)/.exec(readme) ?? [];
    assert.deepEqual(list.match(/aws:[\w/]+:\w+/g), readableTypes);
  });
});
