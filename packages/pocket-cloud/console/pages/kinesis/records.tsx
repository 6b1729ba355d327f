import { useEffect, useState } from "preact/hooks";
import { call } from "../kit/api";
import { type Content, contentOf, searchText } from "../kit/content";
import { Lines, Marked } from "../kit/data";
import { bytes, nameOfArn, time } from "../kit/format";
import { useLive } from "../kit/live";
import { Copy, Facts, Loading } from "../kit/page";
import { hrefOf } from "../kit/route";
import type { ReadRecord } from "./reader";

interface RecordsProps {
  readonly stream: string;
  readonly records: readonly ReadRecord[];
  readonly word: string;
}

/** The records as a table. A row opens to show the record's data line by line. */
export function Records({ stream, records, word }: RecordsProps) {
  const [open, setOpen] = useState<string>();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll records" tabIndex={0} aria-label="Records">
      <table>
        <thead>
          <tr>
            <th scope="col">Arrival (UTC)</th>
            <th scope="col">Partition key</th>
            <th scope="col">Data</th>
            <th scope="col">Shard</th>
            <th scope="col">Sequence number</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => {
            const id = `${record.shard} ${record.sequence}`;
            return (
              <Row
                key={id}
                stream={stream}
                record={record}
                word={word}
                open={open === id}
                toggle={() => setOpen(open === id ? undefined : id)}
              />
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly stream: string;
  readonly record: ReadRecord;
  readonly word: string;
  readonly open: boolean;
  readonly toggle: () => void;
}

function Row({ stream, record, word, open, toggle }: RowProps) {
  return (
    <>
      <tr class={open ? "opened" : undefined}>
        <td class="nowrap">
          <button type="button" class="expand" aria-expanded={open} onClick={toggle}>
            {time(record.arrival, true)}
          </button>
        </td>
        <td>
          <Marked text={record.partitionKey} word={word} />
        </td>
        <td class="preview">
          <code>
            <Marked text={previewOf(record.data, word)} word={word} />
          </code>
        </td>
        <td class="nowrap muted">{record.shard.replace("shardId-", "").replace(/^0+(?=\d)/, "shard ")}</td>
        <td class="sequence muted" title={record.sequence}>
          {record.sequence}
        </td>
      </tr>
      {open && (
        <tr class="detail">
          <td colSpan={5}>
            <div class="contained">
              <Detail stream={stream} record={record} word={word} />
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

const PREVIEW = 140;

/** The first line with the word, else the first line. */
function previewOf(data: string, word: string): string {
  const text = new TextDecoder().decode(
    Uint8Array.from(atob(data.slice(0, 2000)), (char) => char.charCodeAt(0)),
  );
  if (word === "") return text.slice(0, PREVIEW);
  const whole = searchText(data);
  const at = whole.indexOf(word);
  if (at < 0) return text.slice(0, PREVIEW);
  const full = new TextDecoder().decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
  const from = Math.max(full.lastIndexOf("\n", at) + 1, at - PREVIEW / 2);
  return full.slice(from, from + PREVIEW);
}

function Detail({ stream, record, word }: Pick<RowProps, "stream" | "record" | "word">) {
  const [content, setContent] = useState<Content>();
  useEffect(() => {
    void contentOf(record.data).then(setContent);
  }, [record.data]);
  return (
    <>
      <Facts
        facts={{
          "Sequence number": (
            <>
              <code>{record.sequence}</code> <Copy text={record.sequence} />
            </>
          ),
          Shard: record.shard,
          Size: content ? `${bytes(content.size)}${content.gzip ? ", gzip" : ""}` : "",
          "Read by": <Readers stream={stream} arrival={record.arrival} />,
        }}
      />
      {!content && <Loading />}
      {content?.hex !== undefined && <pre>{content.hex}</pre>}
      {content && content.hex === undefined && <Lines lines={content.lines} word={word} />}
    </>
  );
}

/** The functions that read the stream, with their logs from the arrival of the record on. */
function Readers({ stream, arrival }: { stream: string; arrival: number }) {
  const readers = useLive(`readers ${stream}`, async (signal) => {
    const { StreamDescriptionSummary } = await call(
      "kinesis",
      "DescribeStreamSummary",
      { StreamName: stream },
      signal,
    );
    const { EventSourceMappings = [] } = await call(
      "lambda",
      "ListEventSourceMappings",
      { EventSourceArn: StreamDescriptionSummary?.StreamARN },
      signal,
    );
    return EventSourceMappings.map(({ FunctionArn }) =>
      nameOfArn(FunctionArn?.split(":").slice(0, 7).join(":")),
    );
  });
  if (readers.error) return <>{readers.error.message}</>;
  if (!readers.data) return <>…</>;
  if (readers.data.length === 0) return <>no function</>;
  return (
    <ul class="inline">
      {readers.data.map((name) => (
        <li key={name}>
          <a href={hrefOf(["lambda", name, "logs"], { from: Math.floor(arrival) })}>{name} log</a>
        </li>
      ))}
    </ul>
  );
}
