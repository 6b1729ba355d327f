import { hrefOf } from "../kit/route";

/** A link to the objects at a location. */
export function Location({ uri }: { uri: string | undefined }) {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri ?? "") ?? [];
  if (bucket === undefined) return <>{uri || "–"}</>;
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return (
    <a href={hrefOf(["s3", bucket], { prefix: folder })}>
      <code>{uri}</code>
    </a>
  );
}
