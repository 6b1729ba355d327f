import { strict as assert } from "node:assert";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { type Lab, lab } from "../lambda/lab";

describe("KMS", () => {
  let at: Lab;
  let kms: KMSClient;
  let KeyId = "";
  beforeEach(async () => {
    at = await lab();
    kms = new KMSClient({ ...at.client, maxAttempts: 1 });
    KeyId = (await kms.send(new CreateKeyCommand({ Description: "lake" }))).KeyMetadata?.KeyId ?? "";
    await kms.send(new CreateAliasCommand({ AliasName: "alias/lake", TargetKeyId: KeyId }));
  });
  afterEach(async () => {
    kms.destroy();
    await at.end();
  });

  const DAY = 86_400_000;
  const encrypt = (text: string) =>
    kms.send(
      new EncryptCommand({
        KeyId: "alias/lake",
        Plaintext: Buffer.from(text),
        EncryptionContext: { feed: "crypto" },
      }),
    );
  const decrypt = (CiphertextBlob: Uint8Array | undefined, feed = "crypto") =>
    kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { feed } }));

  it("decrypts only with the encryption context of the encryption", async () => {
    const { CiphertextBlob } = await encrypt("secret");
    assert.equal(Buffer.from((await decrypt(CiphertextBlob)).Plaintext ?? []).toString(), "secret");
    await assert.rejects(decrypt(CiphertextBlob, "stocks"), { name: "InvalidCiphertextException" });
    await assert.rejects(decrypt(Buffer.alloc(80)), { name: "InvalidCiphertextException" });
  });

  it("generates data keys that it can decrypt", async () => {
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }),
    );
    assert.equal(Plaintext?.byteLength, 32);
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(opened.Plaintext, Plaintext);
  });

  it("names the key material that is current and that decrypted", async () => {
    const current = async () =>
      (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.CurrentKeyMaterialId;
    const { CiphertextBlob } = await encrypt("secret");
    const first = await current();
    assert.match(first ?? "", /^[0-9a-f]{64}$/);
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    await at.advance(91 * DAY);
    await encrypt("later");
    assert.notEqual(await current(), first);
    assert.equal((await decrypt(CiphertextBlob)).KeyMaterialId, first);
  });

  it("rotates keys on the cloud's clock and still decrypts older ciphertexts", async () => {
    const { CiphertextBlob } = await encrypt("old");
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    await at.advance(91 * DAY);
    await encrypt("new");
    assert.equal(Buffer.from((await decrypt(CiphertextBlob)).Plaintext ?? []).toString(), "old");
    const { NextRotationDate } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    assert.equal(NextRotationDate?.toISOString().slice(0, 10), "2026-07-15");
  });

  it("refuses disabled keys, and deletes keys at the end of the waiting period", async () => {
    await kms.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(encrypt("x"), { name: "DisabledException" });
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await at.advance(8 * DAY);
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId })), { name: "NotFoundException" });
  });
});
