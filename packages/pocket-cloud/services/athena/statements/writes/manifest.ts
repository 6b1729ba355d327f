import { objectOf } from "../../run/results";
import type { RunContext } from "../statement";

/** Uploads the list of the objects that a statement wrote, if any. */
export async function leaveManifest(
  { store, execution }: RunContext,
  bucket: string,
  objects: readonly { readonly key: string }[],
): Promise<void> {
  if (objects.length === 0) return;
  const location = `${execution.location}-manifest.csv`;
  const { bucket: Bucket, key: Key } = objectOf(location);
  const Body = objects.map(({ key }) => `s3://${bucket}/${key}\n`).join("");
  await store.cloud.call("s3", "PutObject", { Bucket, Key, Body }, execution.caller);
  execution.manifest = location;
}
