import type { Answer, AwsCall } from "./scripted-aws";

export interface LakeOptions {
  readonly scanned?: number;
  readonly reused?: boolean;
  readonly quarantined?: number;
  readonly state?: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  readonly reason?: string;
  /** 0 makes the result empty. */
  readonly rows?: 0;
  /** No objects at all. */
  readonly bare?: boolean;
  /** Answer of GetWorkGroup. */
  readonly workgroup?: Answer;
}

const row = (...cells: (string | null)[]) => ({
  Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })),
});

/** An object of 1 MB for each hour from 2026-03-01 12h to 2026-03-02 12h, except 2026-03-01 20h. */
export const hourlyKeys: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from({ length: 25 }, (_, hour) =>
    new Date(Date.parse("2026-03-01T12:00:00Z") + hour * 3_600_000).toJSON(),
  )
    .filter((at) => !at.startsWith("2026-03-01T20"))
    .map((at) => [`csv/crypto/dt=${at.slice(0, 10)}/hour=${at.slice(11, 13)}/shard-1.csv`, 1_048_576]),
);

export function listing(keys: Readonly<Record<string, number>>): Answer {
  const contents = Object.entries(keys).map(
    ([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`,
  );
  return {
    contentType: "application/xml",
    body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`,
  };
}

const viewText = `/* Presto View: ${Buffer.from(
  JSON.stringify({
    originalSql: "SELECT * FROM (SELECT *, dt FROM pricelake_local.crypto_csv) WHERE dt IS NOT NULL",
  }),
).toString("base64")} */`;

const tables: Readonly<Record<string, object>> = {
  crypto_csv: {
    Name: "crypto_csv",
    PartitionKeys: [{ Name: "dt" }, { Name: "hour" }],
    StorageDescriptor: { Location: "s3://lake/csv/crypto/" },
  },
  crypto: { Name: "crypto", TableType: "VIRTUAL_VIEW", ViewOriginalText: viewText },
};

export const smallResult = {
  ResultSet: {
    ResultSetMetadata: {
      ColumnInfo: [
        { Name: "place", Type: "bigint" },
        { Name: "coin_id", Type: "varchar" },
        { Name: "change_pct", Type: "double" },
      ],
    },
    Rows: [row("place", "coin_id", "change_pct"), row("1", "bitcoin", "12.3456"), row("2", "=evil()", null)],
  },
};

const emptyResult = {
  ResultSet: { ...smallResult.ResultSet, Rows: smallResult.ResultSet.Rows.slice(0, 1) },
};

/** Answers of a small lake whose query succeeds at once. */
export const lakeAnswers =
  (options: LakeOptions = {}) =>
  ({ operation, input }: AwsCall): Answer => {
    const { state = "SUCCEEDED", reason, reused = false, scanned = 25_165_824 } = options;
    const answers: Record<string, () => Answer> = {
      StartQueryExecution: () => ({ output: { QueryExecutionId: "q1" } }),
      GetQueryExecution: () => ({
        output: {
          QueryExecution: {
            QueryExecutionId: "q1",
            StatementType: "DML",
            Status: {
              State: state,
              StateChangeReason: reason,
              CompletionDateTime: Date.parse("2026-03-02T11:30:00Z") / 1000,
            },
            Statistics: {
              DataScannedInBytes: scanned,
              TotalExecutionTimeInMillis: 321,
              ResultReuseInformation: { ReusedPreviousResult: reused },
            },
          },
        },
      }),
      GetQueryResults: () => ({
        output: options.rows === 0 ? emptyResult : smallResult,
      }),
      GetWorkGroup: () =>
        options.workgroup ?? {
          output: { WorkGroup: { Name: "w", Configuration: { BytesScannedCutoffPerQuery: 10 * 1024 ** 3 } } },
        },
      GetTable: () => {
        const Table = tables[String(input.Name)];
        return Table ? { output: { Table } } : { error: "EntityNotFoundException" };
      },
      "GET /lake/": () => {
        if (input.prefix === "csv/crypto/") return listing(options.bare ? {} : hourlyKeys);
        return listing(options.quarantined ? { "quarantine/crypto/dt=2026-03-01/a.json": 99 } : {});
      },
      "GET /lake/quarantine/crypto/dt=2026-03-01/a.json": () => ({
        // An unknown field is no refused row.
        body: `${"{}\n".repeat(options.quarantined ?? 0)}{"column":"market_cap","rows":5}\n`,
      }),
    };
    return answers[operation]?.() ?? { error: "UnknownOperationException", message: operation };
  };
