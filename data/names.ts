/**
 * Physical names of all resources. Each contains the environment, so that two stacks can share an account.
 */
export const names = (env: string) => {
  const base = `pricelake-${env}`;
  return {
    base,
    stream: (feed: string) => `${base}-${feed}`,
    deliveryStream: (feed: string) => `${base}-${feed}-raw`,
    /** Firehose stream for direct PUT: producers send to it without a Kinesis stream. */
    directDeliveryStream: (feed: string) => `${base}-${feed}-direct`,
    lakeBucket: (account: string, region: string) => `${base}-lake-${account}-${region}`,
    resultsBucket: (account: string, region: string) => `${base}-results-${account}-${region}`,
    failuresBucket: (account: string, region: string) => `${base}-failures-${account}-${region}`,
    logsBucket: (account: string, region: string) => `${base}-logs-${account}-${region}`,
    database: `pricelake_${env}`,
    workgroup: base,
    /** For the queries of published reports, with a byte limit of its own. */
    siteWorkgroup: `${base}-site`,
    /** The published site in CloudFront, whose names have no region. */
    site: `${base}-site`,
    table: (feed: string) => `${base}-${feed}`,
    /** Table of the leases of a consumer group. */
    leases: (group: string) => `${base}-leases-${group}`,
    dashboard: base,
    alarm: (what: string) => `${base}-${what}`,
    topic: `${base}-alerts`,
    crawler: `${base}-landing`,
    function: (name: string, feed?: string) => [base, name, feed].filter(Boolean).join("-"),
    role: (owner: string) => `${base}-${owner}`,
    schedule: (name: string) => `${base}-${name}`,
    queue: (name: string) => `${base}-${name}`,
    parameter: (name: string) => `/pricelake/${env}/${name}`,
    logGroup: (functionName: string) => `/aws/lambda/${functionName}`,
  } as const;
};

export type Names = ReturnType<typeof names>;

/** A feed's tables and its view in the catalogue. The database carries the environment, so these names do not. */
export const tablesOf = ({ name }: { readonly name: string }) =>
  ({
    view: name,
    csv: `${name}_csv`,
    /** Closed days as Parquet, a partition for each verified day. */
    history: `${name}_history`,
    /** Every run of the compaction, verified or not. */
    runs: `${name}_runs`,
    /** A view over the tables of all raw formats. */
    raw: `${name}_raw`,
    quarantine: `${name}_quarantine`,
    /** Records that Firehose could not deliver. */
    errors: `${name}_errors`,
  }) as const;

/**
 * Formats of the objects in raw/, the values of `deliveryFormat`. Each has its own folder and table, so that objects of
 * earlier formats stay readable after a change.
 */
export const rawFormats = ["lines", "event-time", "parquet"] as const;

export type RawFormat = (typeof rawFormats)[number];

/** The folder of a format in raw/. */
export const rawFolder = (feed: string, format: RawFormat): string =>
  format === "lines" ? feed : `${feed}-${format}`;

export const rawTable = (feed: string, format: RawFormat): string =>
  `${feed}_raw_${format.replace("-", "_")}`;

/** Parameter of a polled feed's CSV table in the catalogue: seconds between two polls. */
export const CADENCE_PARAMETER = "cadence_seconds";
