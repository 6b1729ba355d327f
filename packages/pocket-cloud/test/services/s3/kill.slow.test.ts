import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";
import { loadUntilKilled, rounds, victim } from "../killed";

const ROUNDS = rounds(2);
const [Bucket, Versioned] = ["plain", "versioned"];

/** Acknowledged writes: bodies by key and, in the versioned bucket, by key and version. */
class Acknowledged {
  readonly objects = new Map<string, string>();
  readonly versions = new Map<string, { readonly key: string; readonly id: string; readonly body: string }>();
  readonly deleted = new Set<string>();
}

/** Makes one write of each kind, and records it once it is acknowledged. */
async function write(s3: S3, acknowledged: Acknowledged, serial: number): Promise<void> {
  const body = `${serial}:${"x".repeat((serial * 997) % 60_000)}`;
  const put = async (Key: string) => {
    await s3.putObject({ Bucket, Key, Body: body });
    acknowledged.objects.set(Key, body);
  };
  await put(`put/${serial}`);
  const key = `slot-${serial % 5}`;
  const { VersionId: id = "" } = await s3.putObject({ Bucket: Versioned, Key: key, Body: body });
  acknowledged.versions.set(id, { key, id, body });
  const upload = { Bucket, Key: `parts/${serial}` };
  const { UploadId } = await s3.createMultipartUpload(upload);
  const { ETag } = await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: body });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await s3.completeMultipartUpload({ ...upload, UploadId, MultipartUpload });
  acknowledged.objects.set(upload.Key, body);
  await s3.copyObject({ Bucket, Key: `copy/${serial}`, CopySource: `${Bucket}/put/${serial}` });
  acknowledged.objects.set(`copy/${serial}`, body);
  await put(`gone/${serial}`);
  acknowledged.objects.delete(`gone/${serial}`);
  await s3.deleteObject({ Bucket, Key: `gone/${serial}` });
  acknowledged.deleted.add(`gone/${serial}`);
}

describe("S3 killed under load", function () {
  this.timeout(300_000 + ROUNDS * 15_000);

  it(`has every acknowledged object, version, upload and deletion (${ROUNDS} rounds)`, async () => {
    const directory = temporaryDirectory();
    const acknowledged = new Acknowledged();
    let serial = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const cloud = await victim(directory.path);
        const s3 = new S3({ ...cloud.client, forcePathStyle: true });
        if (round === 0) {
          for (const name of [Bucket, Versioned]) await s3.createBucket({ Bucket: name });
          const VersioningConfiguration = { Status: "Enabled" } as const;
          await s3.putBucketVersioning({ Bucket: Versioned, VersioningConfiguration });
        }
        await loadUntilKilled(cloud, 25 + (round % 17), () => write(s3, acknowledged, ++serial));
        s3.destroy();
      }
      assert.ok(acknowledged.versions.size >= ROUNDS * 25);
      assert.deepEqual(await lost(directory.path, acknowledged), []);
    } finally {
      directory.remove();
    }
  });
});

/** Acknowledged writes that are lost or changed, and objects that are incomplete. */
async function lost(dir: string, acknowledged: Acknowledged): Promise<string[]> {
  const cloud = await startCloud({ dir });
  const read = async (name: string, Key: string, VersionId?: string) => {
    const input = { Bucket: name, Key, ...(VersionId !== undefined && { VersionId }) };
    const got = await cloud.call("s3", "GetObject", input, cloud.administrator).catch(() => undefined);
    return got && Buffer.from(got.Body as unknown as Uint8Array).toString();
  };
  const found: string[] = [];
  for (const [key, body] of acknowledged.objects) if ((await read(Bucket, key)) !== body) found.push(key);
  for (const { key, id, body } of acknowledged.versions.values())
    if ((await read(Versioned, key, id)) !== body) found.push(`${key} ${id}`);
  for (const key of acknowledged.deleted)
    if ((await read(Bucket, key)) !== undefined) found.push(`${key} is back`);
  let StartAfter = "";
  for (;;) {
    const input = { Bucket, StartAfter };
    const { Contents = [] } = await cloud.call("s3", "ListObjectsV2", input, cloud.administrator);
    for (const { Key = "" } of Contents) {
      const [number, filling] = ((await read(Bucket, Key)) ?? "").split(":");
      if (filling?.length !== (Number(number) * 997) % 60_000) found.push(`${Key} is not whole`);
    }
    if (Contents.length === 0) break;
    StartAfter = Contents.at(-1)?.Key ?? "";
  }
  await cloud.stop();
  return found;
}
