import { strict as assert } from "node:assert";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { type Lab, lab } from "../lambda/lab";

describe("Secrets Manager versions", () => {
  let at: Lab;
  let secrets: SecretsManager;
  let first = "";
  const SecretId = "api-key";
  beforeEach(async () => {
    at = await lab();
    secrets = new SecretsManager({ ...at.client, maxAttempts: 1 });
    first = (await secrets.createSecret({ Name: SecretId, SecretString: "one" })).VersionId ?? "";
  });
  afterEach(async () => {
    secrets.destroy();
    await at.end();
  });

  it("are added by updates, and the previous one stays readable", async () => {
    const { VersionId = "" } = await secrets.updateSecret({
      SecretId,
      SecretString: "two",
      Description: "of a source",
    });
    const { Description, VersionIdsToStages } = await secrets.describeSecret({ SecretId });
    assert.equal(Description, "of a source");
    assert.deepEqual(VersionIdsToStages, { [first]: ["AWSPREVIOUS"], [VersionId]: ["AWSCURRENT"] });
    assert.deepEqual(
      (await secrets.listSecretVersionIds({ SecretId })).Versions?.map((version) => version.VersionId).sort(),
      [first, VersionId].sort(),
    );
  });

  it("are restored by moving the stage", async () => {
    const { VersionId } = await secrets.putSecretValue({ SecretId, SecretString: "two" });
    await secrets.updateSecretVersionStage({
      SecretId,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: first,
      RemoveFromVersionId: VersionId,
    });
    assert.equal((await secrets.getSecretValue({ SecretId })).SecretString, "one");
  });

  it("are kept while deletion is scheduled, and restored", async () => {
    assert.deepEqual(
      (await secrets.listSecrets({})).SecretList?.map(({ Name }) => Name),
      [SecretId],
    );
    await secrets.deleteSecret({ SecretId, RecoveryWindowInDays: 7 });
    await assert.rejects(secrets.getSecretValue({ SecretId }), { name: "InvalidRequestException" });
    await secrets.restoreSecret({ SecretId });
    assert.equal((await secrets.getSecretValue({ SecretId })).SecretString, "one");
  });

  it("belong to secrets with tags and a resource policy", async () => {
    await secrets.tagResource({
      SecretId,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await secrets.untagResource({ SecretId, TagKeys: ["a"] });
    assert.deepEqual((await secrets.describeSecret({ SecretId })).Tags, [{ Key: "b", Value: "2" }]);
    const ResourcePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "secretsmanager:DeleteSecret", Resource: "*" }],
    });
    await secrets.putResourcePolicy({ SecretId, ResourcePolicy });
    assert.equal((await secrets.getResourcePolicy({ SecretId })).ResourcePolicy, ResourcePolicy);
    await secrets.deleteResourcePolicy({ SecretId });
    assert.equal((await secrets.getResourcePolicy({ SecretId })).ResourcePolicy, undefined);
  });

  it("stay without stages as deprecated ones, with their key and day of access", async () => {
    await secrets.getSecretValue({ SecretId });
    await secrets.putSecretValue({
      SecretId,
      SecretString: "two",
      VersionStages: ["AWSCURRENT", "AWSPENDING"],
    });
    await secrets.putSecretValue({ SecretId, SecretString: "three" });
    const listed = async (IncludeDeprecated: boolean) =>
      (await secrets.listSecretVersionIds({ SecretId, IncludeDeprecated })).Versions?.map(
        ({ VersionStages, KmsKeyIds, LastAccessedDate }) => [
          VersionStages,
          KmsKeyIds,
          LastAccessedDate !== undefined,
        ],
      );
    const key = ["DefaultEncryptionKey"];
    assert.deepEqual(await listed(false), [
      [["AWSPREVIOUS"], key, false],
      [["AWSCURRENT"], key, false],
    ]);
    assert.deepEqual((await listed(true))?.[0], [undefined, key, true]);
    assert.equal((await secrets.getSecretValue({ SecretId, VersionId: first })).SecretString, "one");
  });

  it("are refused with a stage that another version has", () =>
    assert.rejects(secrets.getSecretValue({ SecretId, VersionId: first, VersionStage: "AWSPREVIOUS" }), {
      name: "InvalidRequestException",
      message: "You provided a VersionStage that is not associated to the provided VersionId.",
    }));
});
