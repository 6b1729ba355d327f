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

  it("give a stage away only to who names them", async () => {
    const { VersionId } = await secrets.putSecretValue({ SecretId, SecretString: "two" });
    await assert.rejects(
      secrets.updateSecretVersionStage({ SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: first }),
      {
        name: "InvalidParameterException",
        message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${VersionId}, so you must explicitly reference that version in RemoveFromVersionId.`,
      },
    );
    assert.equal((await secrets.getSecretValue({ SecretId })).SecretString, "two");
  });

  it("are not scheduled for deletion twice, and then deleted at once", async () => {
    await secrets.deleteSecret({ SecretId });
    await assert.rejects(secrets.deleteSecret({ SecretId }), { name: "InvalidRequestException" });
    await secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
    await assert.rejects(secrets.describeSecret({ SecretId }), { name: "ResourceNotFoundException" });
    const again = await secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
    assert.equal(again.Name, SecretId);
    await assert.rejects(secrets.deleteSecret({ SecretId }), { name: "ResourceNotFoundException" });
  });

  it("are not written without the token that SDKs add", async () => {
    secrets.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        const { ClientRequestToken: _, ...input } = JSON.parse(request.body) as Record<string, unknown>;
        request.body = JSON.stringify(input);
        request.headers["content-length"] = String(Buffer.byteLength(request.body));
        return next(args);
      },
      { step: "build", priority: "low" },
    );
    const refused = {
      name: "InvalidRequestException",
      message: "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
    };
    await assert.rejects(secrets.createSecret({ Name: "other", SecretString: "x" }), refused);
    await assert.rejects(secrets.putSecretValue({ SecretId: "absent", SecretString: "x" }), refused);
    await assert.rejects(secrets.updateSecret({ SecretId: "absent", SecretString: "x" }), refused);
  });
});
