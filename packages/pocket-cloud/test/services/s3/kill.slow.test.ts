import { strict as assert } from "node:assert";
import { S3 } from "@aws-sdk/client-s3";
import { startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";
import { loadUntilKilled, rounds, victim } from "../killed";

const ROUNDS = rounds(2);
const [Bucket, Versioned] = ["plain", "versioned"];

/** What a client was told of: bodies by key and, in the versioned bucket, by key and version. */
class Told {
  readonly objects = new Map<string, string>();
  readonly versions = new Map<string, { readonly key: string; readonly id: string; readonly body: string }>();
  readonly deleted = new Set<string>();
}

/** One of everything that writes, each told of when it is acknowledged. */
async function write(s3: S3, told: Told, serial: number): Promise<void> {
  const body = `${serial}:${"x".repeat((serial * 997) % 60_000)}`;
  const put = async (Key: string) => {
    await s3.putObject({ Bucket, Key, Body: body });
    told.objects.set(Key, body);
  };
  await put(`put/${serial}`);
  const key = `slot-${serial % 5}`;
  const { VersionId: id = "" } = await s3.putObject({ Bucket: Versioned, Key: key, Body: body });
  told.versions.set(id, { key, id, body });
  const upload = { Bucket, Key: `parts/${serial}` };
  const { UploadId } = await s3.createMultipartUpload(upload);
  const { ETag } = await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: body });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await s3.completeMultipartUpload({ ...upload, UploadId, MultipartUpload });
  told.objects.set(upload.Key, body);
  await s3.copyObject({ Bucket, Key: `copy/${serial}`, CopySource: `${Bucket}/put/${serial}` });
  told.objects.set(`copy/${serial}`, body);
  await put(`gone/${serial}`);
  told.objects.delete(`gone/${serial}`);
  await s3.deleteObject({ Bucket, Key: `gone/${serial}` });
  told.deleted.add(`gone/${serial}`);
}

describe("S3 killed under load", function () {
  this.timeout(30_000 + ROUNDS * 15_000);

  it(`has every acknowledged object, version, upload and deletion (${ROUNDS} rounds)`, async () => {
    const directory = temporaryDirectory();
    const told = new Told();
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
        await loadUntilKilled(cloud, 25 + (round % 17), () => write(s3, told, ++serial));
        s3.destroy();
      }
      assert.ok(told.versions.size >= ROUNDS * 25);
      assert.deepEqual(await lost(directory.path, told), []);
    } finally {
      directory.remove();
    }
  });
});

/** What the cloud says otherwise than it did, and what it shows that is not whole. */
async function lost(dir: string, told: Told): Promise<string[]> {
  const cloud = await startCloud({ dir });
  const read = async (name: string, Key: string, VersionId?: string) => {
    const input = { Bucket: name, Key, ...(VersionId !== undefined && { VersionId }) };
    const got = await cloud.call("s3", "GetObject", input, cloud.administrator).catch(() => undefined);
    return got && Buffer.from(got.Body as unknown as Uint8Array).toString();
  };
  const found: string[] = [];
  for (const [key, body] of told.objects) if ((await read(Bucket, key)) !== body) found.push(key);
  for (const { key, id, body } of told.versions.values())
    if ((await read(Versioned, key, id)) !== body) found.push(`${key} ${id}`);
  for (const key of told.deleted) if ((await read(Bucket, key)) !== undefined) found.push(`${key} is back`);
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
