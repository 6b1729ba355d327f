import { useState } from "preact/hooks";
import { call, objectUrl, writeObject } from "../kit/api";
import { useChanges } from "../kit/changes";
import { bytes, time } from "../kit/format";
import { Icon } from "../kit/icons";
import { useLive } from "../kit/live";
import { Page, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf } from "../kit/route";
import { Table } from "../kit/table";

interface Entry {
  readonly name: string;
  readonly key: string;
  readonly folder: boolean;
  readonly size?: number | undefined;
  readonly modified?: string | undefined;
}

const PAGE = 1000;
const REFRESH_MS = 10_000;

/** Folders and objects under a prefix. Long lists are read page by page. */
export function Browser({ bucket, prefix }: { bucket: string; prefix: string }) {
  const [starts, setStarts] = useState("");
  const [pages, setPages] = useState(1);
  const listed = useLive(
    `objects ${bucket} ${prefix} ${starts} ${pages}`,
    (signal) => list(bucket, prefix, prefix + starts, pages, signal),
    pages === 1 ? REFRESH_MS : undefined,
  );
  const parts = prefix.split("/").slice(0, -1);
  const crumbs = [
    { text: "S3", href: "#/s3" },
    ...(prefix === "" ? [] : [{ text: bucket, href: hrefOf(["s3", bucket]) }]),
    ...parts.slice(0, -1).map((text, index) => ({
      text,
      href: hrefOf(["s3", bucket], { prefix: `${parts.slice(0, index + 1).join("/")}/` }),
    })),
  ];
  return (
    <Page
      title={parts.at(-1) ?? bucket}
      crumbs={crumbs}
      about={prefix === "" ? undefined : <code>{`s3://${bucket}/${prefix}`}</code>}
      actions={<Upload bucket={bucket} prefix={prefix} done={listed.reload} />}
    >
      <Reading of={listed} />
      {listed.data && (
        <Panel class="flush">
          <Table
            label="objects"
            rows={listed.data.entries}
            keyOf={({ key }) => key}
            empty={starts === "" ? "No objects here yet." : `Nothing here starts with “${starts}”.`}
            actions={
              <>
                <input
                  type="search"
                  aria-label="Names that start with"
                  placeholder="Starts with"
                  value={starts}
                  onInput={(event) => {
                    setPages(1);
                    setStarts(event.currentTarget.value);
                  }}
                />
                <span class="muted" role="status">
                  {listed.data.entries.length}
                  {listed.data.more ? " and more" : ""}
                </span>
                {listed.data.more && (
                  <button type="button" onClick={() => setPages(pages + 1)}>
                    Read more
                  </button>
                )}
              </>
            }
            columns={[
              {
                name: "Name",
                of: ({ name, key, folder }) => (
                  <a class="named" href={hrefOf(["s3", bucket], folder ? { prefix: key } : { key })}>
                    <Icon name={folder ? "folder" : "file"} />
                    {name}
                  </a>
                ),
                sort: ({ name }) => name,
                wide: true,
              },
              {
                name: "Size",
                of: ({ size, folder }) => (folder ? "" : bytes(size)),
                sort: ({ size }) => size,
                number: true,
              },
              {
                name: "Modified (UTC)",
                of: ({ modified }) => (modified === undefined ? "" : time(modified)),
                sort: ({ modified }) => modified,
              },
              {
                name: "Download",
                of: ({ key, folder, name }) =>
                  !folder && (
                    <a href={objectUrl(bucket, key)} download aria-label={`Download ${name}`}>
                      Download
                    </a>
                  ),
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

async function list(Bucket: string, folder: string, Prefix: string, pages: number, signal: AbortSignal) {
  const entries: Entry[] = [];
  let ContinuationToken: string | undefined;
  for (let page = 0; page < pages; page++) {
    const output = await call(
      "s3",
      "ListObjectsV2",
      {
        Bucket,
        Prefix,
        Delimiter: "/",
        MaxKeys: PAGE,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      },
      signal,
    );
    for (const { Prefix: key = "" } of output.CommonPrefixes ?? [])
      entries.push({ name: key.slice(folder.length), key, folder: true });
    for (const { Key = "", Size, LastModified } of output.Contents ?? [])
      entries.push({
        name: Key.slice(folder.length) || Key,
        key: Key,
        folder: false,
        size: Size,
        modified: LastModified,
      });
    ContinuationToken = output.NextContinuationToken;
    if (ContinuationToken === undefined) break;
  }
  return { entries, more: ContinuationToken !== undefined };
}

function Upload({ bucket, prefix, done }: { bucket: string; prefix: string; done: () => void }) {
  const { allowed } = useChanges();
  const [state, setState] = useState("");
  const upload = async (files: FileList | null) => {
    try {
      for (const file of files ?? []) {
        setState(`Uploading ${file.name}`);
        await writeObject(bucket, prefix + file.name, file);
      }
      setState("");
      done();
    } catch (error) {
      setState((error as Error).message);
    }
  };
  return (
    <>
      <span class="muted" role="status">
        {state}
      </span>
      <label
        class={allowed ? "button" : "button disabled"}
        title={allowed ? undefined : 'Switch "Allow changes" on first'}
      >
        Upload here
        <input
          type="file"
          class="hidden"
          multiple
          disabled={!allowed}
          onChange={(event) => void upload(event.currentTarget.files)}
        />
      </label>
    </>
  );
}
