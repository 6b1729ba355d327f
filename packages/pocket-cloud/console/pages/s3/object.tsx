import { columnsOver } from "../glue/tables";
import { call, objectUrl } from "../kit/api";
import { bytes, time } from "../kit/format";
import { useLive } from "../kit/live";
import { Copy, Empty, Facts, Loading, Page, Panel, Problem } from "../kit/page";
import { hrefOf } from "../kit/route";
import { useStatus } from "../kit/status";
import { Grid } from "../preview/grid";
import { readPreview } from "../preview/read";

/** An object: its properties and a preview of its content. */
export function ObjectPage({ bucket, name }: { bucket: string; name: string }) {
  const services = useStatus()?.Services;
  const head = useLive(`head ${bucket} ${name}`, (signal) =>
    call("s3", "HeadObject", { Bucket: bucket, Key: name }, signal),
  );
  const size = head.data?.ContentLength;
  const version = `${head.data?.ETag} ${services !== undefined}`;
  const preview = useLive(`preview ${bucket} ${name} ${version}`, async () => {
    if (size === undefined || services === undefined) return undefined;
    const columns = services.includes("glue") ? await columnsOver(`s3://${bucket}/${name}`) : undefined;
    return readPreview({ bucket, key: name, size, columns });
  });
  const parts = name.split("/");
  const crumbs = [
    { text: "S3", href: "#/s3" },
    { text: bucket, href: hrefOf(["s3", bucket]) },
    ...parts.slice(0, -1).map((text, index) => ({
      text,
      href: hrefOf(["s3", bucket], { prefix: `${parts.slice(0, index + 1).join("/")}/` }),
    })),
  ];
  return (
    <Page
      title={parts.at(-1) || name}
      crumbs={crumbs}
      actions={
        <>
          <Copy text={`s3://${bucket}/${name}`} label="Copy S3 URI" />
          <a class="button" href={objectUrl(bucket, name)} download>
            Download
          </a>
        </>
      }
    >
      <Problem error={head.error} />
      {head.data && (
        <Panel>
          <Facts
            facts={{
              Size: bytes(size),
              "Modified (UTC)": time(head.data.LastModified),
              Type: head.data.ContentType,
              "Content encoding": head.data.ContentEncoding,
              ETag: <code>{head.data.ETag?.replaceAll('"', "")}</code>,
              Encryption: head.data.ServerSideEncryption,
              Metadata: Object.entries(head.data.Metadata ?? {})
                .map(([key, value]) => `${key}: ${value}`)
                .join(", "),
            }}
          />
        </Panel>
      )}
      <Problem error={preview.error} />
      {!preview.data && !preview.error && !head.error && <Loading />}
      {preview.data && (
        <Panel
          class="flush"
          title="Preview"
          actions={
            <span class="muted">{[preview.data.format, preview.data.note].filter(Boolean).join(", ")}</span>
          }
        >
          {preview.data.columns && preview.data.rows && (
            <Grid label="Preview" columns={preview.data.columns} rows={preview.data.rows} />
          )}
          {preview.data.text !== undefined &&
            (preview.data.text === "" ? (
              <Empty>The object is empty.</Empty>
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
              <pre tabIndex={0}>{preview.data.text}</pre>
            ))}
        </Panel>
      )}
    </Page>
  );
}
