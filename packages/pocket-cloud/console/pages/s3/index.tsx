import { call } from "../kit/api";
import { time } from "../kit/format";
import { useLive } from "../kit/live";
import { Named, Page, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { Browser } from "./browser";
import { ObjectPage } from "./object";

export function S3Page({ route }: { route: Route }) {
  const [, bucket] = route.path;
  if (bucket === undefined) return <Buckets />;
  return route.query.key === undefined ? (
    <Browser key={bucket} bucket={bucket} prefix={route.query.prefix ?? ""} />
  ) : (
    <ObjectPage bucket={bucket} name={route.query.key} />
  );
}

function Buckets() {
  const buckets = useLive("buckets", (signal) => call("s3", "ListBuckets", {}, signal), 10_000);
  return (
    <Page title="Buckets" crumbs={[{ text: "S3" }]}>
      <Reading of={buckets} />
      {buckets.data && (
        <Panel class="flush">
          <Table
            label="buckets"
            rows={buckets.data.Buckets ?? []}
            keyOf={({ Name = "" }) => Name}
            textOf={({ Name = "" }) => Name}
            columns={[
              {
                name: "Name",
                of: ({ Name = "" }) => <Named icon="bucket" text={Name} href={hrefOf(["s3", Name])} />,
                sort: ({ Name }) => Name,
              },
              { name: "Region", of: ({ BucketRegion }) => BucketRegion },
              {
                name: "Created (UTC)",
                of: ({ CreationDate }) => time(CreationDate),
                sort: ({ CreationDate }) => CreationDate,
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}
