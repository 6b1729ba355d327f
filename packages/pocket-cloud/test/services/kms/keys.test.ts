import { strict as assert } from "node:assert";
import { KMS } from "@aws-sdk/client-kms";
import { type Lab, lab } from "../lambda/lab";

describe("KMS keys", () => {
  let at: Lab;
  let kms: KMS;
  let KeyId = "";
  let arn = "";
  beforeEach(async () => {
    at = await lab();
    kms = new KMS({ ...at.client, maxAttempts: 1 });
    const { KeyMetadata } = await kms.createKey({ Tags: [{ TagKey: "team", TagValue: "lake" }] });
    KeyId = KeyMetadata?.KeyId ?? "";
    arn = KeyMetadata?.Arn ?? "";
  });
  afterEach(async () => {
    kms.destroy();
    await at.end();
  });

  it("are found by alias, which can be moved and deleted", async () => {
    const other = (await kms.createKey({})).KeyMetadata?.KeyId ?? "";
    await kms.createAlias({ AliasName: "alias/lake", TargetKeyId: KeyId });
    await kms.updateAlias({ AliasName: "alias/lake", TargetKeyId: other });
    const { Aliases = [] } = await kms.listAliases({});
    assert.equal(Aliases.find(({ AliasName }) => AliasName === "alias/lake")?.TargetKeyId, other);
    assert.deepEqual((await kms.listAliases({ KeyId })).Aliases, []);
    await kms.deleteAlias({ AliasName: "alias/lake" });
    await assert.rejects(kms.describeKey({ KeyId: "alias/lake" }), { name: "NotFoundException" });
  });

  it("are changed by id or ARN, not by alias", async () => {
    await kms.createAlias({ AliasName: "alias/lake", TargetKeyId: KeyId });
    const refused = { name: "NotFoundException", message: "Invalid keyId 'alias/lake'" };
    await assert.rejects(kms.enableKeyRotation({ KeyId: "alias/lake" }), refused);
    await assert.rejects(kms.putKeyPolicy({ KeyId: "alias/lake", Policy: "{}" }), refused);
    await assert.rejects(kms.getKeyPolicy({ KeyId: "alias/lake" }), refused);
    assert.equal((await kms.getKeyRotationStatus({ KeyId: arn })).KeyRotationEnabled, false);
  });

  it("are listed", async () => {
    assert.ok((await kms.listKeys({})).Keys?.some(({ KeyArn }) => KeyArn === arn));
  });

  it("have a description, tags and a policy", async () => {
    await kms.updateKeyDescription({ KeyId, Description: "the lake's" });
    assert.equal((await kms.describeKey({ KeyId })).KeyMetadata?.Description, "the lake's");
    await kms.tagResource({ KeyId, Tags: [{ TagKey: "env", TagValue: "dev" }] });
    await kms.untagResource({ KeyId, TagKeys: ["team"] });
    assert.deepEqual((await kms.listResourceTags({ KeyId })).Tags, [{ TagKey: "env", TagValue: "dev" }]);
    assert.deepEqual((await kms.listKeyPolicies({ KeyId })).PolicyNames, ["default"]);
    assert.match((await kms.getKeyPolicy({ KeyId })).Policy ?? "", /:root"/);
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }],
    });
    await kms.putKeyPolicy({ KeyId, Policy });
    assert.equal((await kms.getKeyPolicy({ KeyId })).Policy, Policy);
    assert.deepEqual((await kms.listGrants({ KeyId })).Grants, []);
  });

  it("are enabled again, also after a cancelled deletion", async () => {
    await kms.disableKey({ KeyId });
    await kms.enableKey({ KeyId });
    assert.equal((await kms.describeKey({ KeyId })).KeyMetadata?.KeyState, "Enabled");
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    await assert.rejects(kms.updateKeyDescription({ KeyId, Description: "x" }), {
      name: "KMSInvalidStateException",
    });
    assert.equal((await kms.cancelKeyDeletion({ KeyId })).KeyId, arn);
    assert.equal((await kms.describeKey({ KeyId })).KeyMetadata?.KeyState, "Disabled");
    await at.advance(8 * 86_400_000);
    assert.equal((await kms.describeKey({ KeyId })).KeyMetadata?.DeletionDate, undefined);
  });

  it("have rotation disabled", async () => {
    await kms.enableKeyRotation({ KeyId });
    await kms.disableKeyRotation({ KeyId });
    assert.equal((await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled, false);
  });

  it("re-encrypt a ciphertext under another key", async () => {
    const other = (await kms.createKey({})).KeyMetadata;
    const { CiphertextBlob } = await kms.encrypt({
      KeyId,
      Plaintext: Buffer.from("secret"),
      EncryptionContext: { feed: "crypto" },
    });
    const moved = await kms.reEncrypt({
      CiphertextBlob,
      SourceEncryptionContext: { feed: "crypto" },
      DestinationKeyId: other?.KeyId,
      DestinationEncryptionContext: { feed: "stocks" },
    });
    assert.deepEqual([moved.SourceKeyId, moved.KeyId], [arn, other?.Arn]);
    await kms.disableKey({ KeyId });
    const opened = await kms.decrypt({
      CiphertextBlob: moved.CiphertextBlob,
      EncryptionContext: { feed: "stocks" },
    });
    assert.equal(Buffer.from(opened.Plaintext ?? []).toString(), "secret");
    await assert.rejects(
      kms.reEncrypt({ CiphertextBlob: moved.CiphertextBlob, DestinationKeyId: other?.Arn }),
      {
        name: "InvalidCiphertextException",
      },
    );
  });

  it("generate data keys without plaintext, and random bytes", async () => {
    const made = await kms.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 24 });
    assert.equal("Plaintext" in made, false);
    assert.equal((await kms.decrypt({ CiphertextBlob: made.CiphertextBlob })).Plaintext?.byteLength, 24);
    assert.equal((await kms.generateRandom({ NumberOfBytes: 48 })).Plaintext?.byteLength, 48);
  });
});
