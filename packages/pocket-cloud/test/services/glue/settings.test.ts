import { strict as assert } from "node:assert";
import { awsError, type Lab, lab } from "./cloud";

describe("Glue settings", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
  });
  after(async () => at.end());

  it("classifiers count their versions", async () => {
    await at.glue.createClassifier({ CsvClassifier: { Name: "csv", Delimiter: "," } });
    await at.glue.updateClassifier({ CsvClassifier: { Name: "csv", Delimiter: ";" } });
    const { Classifier } = await at.glue.getClassifier({ Name: "csv" });
    assert.deepEqual([Classifier?.CsvClassifier?.Delimiter, Classifier?.CsvClassifier?.Version], [";", 2]);
    await at.glue.createClassifier({
      GrokClassifier: { Name: "grok", Classification: "log", GrokPattern: "%{WORD:w}" },
    });
    assert.equal((await at.glue.getClassifiers({})).Classifiers?.length, 2);
    await at.glue.deleteClassifier({ Name: "csv" });
    await assert.rejects(
      at.glue.getClassifier({ Name: "csv" }),
      awsError("EntityNotFoundException", "Classifier with name: csv not found"),
    );
  });

  it("security configurations are stored", async () => {
    const EncryptionConfiguration = { S3Encryption: [{ S3EncryptionMode: "SSE-S3" as const }] };
    await at.glue.createSecurityConfiguration({ Name: "sec", EncryptionConfiguration });
    assert.deepEqual(
      (await at.glue.getSecurityConfiguration({ Name: "sec" })).SecurityConfiguration
        ?.EncryptionConfiguration,
      EncryptionConfiguration,
    );
    assert.equal((await at.glue.getSecurityConfigurations({})).SecurityConfigurations?.length, 1);
    await at.glue.deleteSecurityConfiguration({ Name: "sec" });
  });

  it("tags are added and removed", async () => {
    const ResourceArn = "arn:aws:glue:us-east-1:000000000000:crawler/c";
    await at.glue.tagResource({ ResourceArn, TagsToAdd: { a: "1", b: "2" } });
    await at.glue.untagResource({ ResourceArn, TagsToRemove: ["a"] });
    assert.deepEqual((await at.glue.getTags({ ResourceArn })).Tags, { b: "2" });
  });

  it("the catalogue's policy is stored under conditions", async () => {
    const PolicyInJson = '{"Version":"2012-10-17","Statement":[]}';
    await assert.rejects(
      at.glue.getResourcePolicy({}),
      awsError("EntityNotFoundException", "Policy not found"),
    );
    const { PolicyHash } = await at.glue.putResourcePolicy({
      PolicyInJson,
      PolicyExistsCondition: "NOT_EXIST",
    });
    assert.equal((await at.glue.getResourcePolicy({})).PolicyInJson, PolicyInJson);
    await assert.rejects(
      at.glue.putResourcePolicy({ PolicyInJson, PolicyHashCondition: "other" }),
      awsError("ConditionCheckFailureException", "Policy hash does not match"),
    );
    await at.glue.deleteResourcePolicy({ PolicyHashCondition: PolicyHash });
  });

  it("encryption settings start disabled", async () => {
    const { DataCatalogEncryptionSettings: before } = await at.glue.getDataCatalogEncryptionSettings({});
    assert.equal(before?.EncryptionAtRest?.CatalogEncryptionMode, "DISABLED");
    const EncryptionAtRest = { CatalogEncryptionMode: "SSE-KMS" as const, SseAwsKmsKeyId: "alias/x" };
    await at.glue.putDataCatalogEncryptionSettings({ DataCatalogEncryptionSettings: { EncryptionAtRest } });
    const { DataCatalogEncryptionSettings: now } = await at.glue.getDataCatalogEncryptionSettings({});
    assert.deepEqual(now?.EncryptionAtRest, EncryptionAtRest);
  });
});
