import { call } from "../kit/api";
import { bytes, count, duration, nameOfArn, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { most, readMetrics, sum } from "../kit/metrics";
import { Badge, Facts, Named, Page, Panel, Tabs } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { useNow, useStatus } from "../kit/status";
import { Table } from "../kit/table";
import { Graphs, graph } from "../monitoring/graphs";
import { LogView } from "../monitoring/log-view";
import { Invoke } from "./invoke";

export const LambdaPage = ({ route }: { route: Route }) =>
  route.path[1] === undefined ? (
    <Functions />
  ) : (
    <FunctionPage key={route.path[1]} route={route} name={route.path[1]} />
  );

const HOUR = 3_600_000;

function Functions() {
  const ready = useStatus() !== undefined;
  const now = useNow();
  const functions = useLive(
    `functions ${ready}`,
    async (signal) => {
      if (!ready) return undefined;
      const list = await allPages(
        (Marker) => call("lambda", "ListFunctions", { MaxItems: 50, Marker }, signal),
        ({ Functions }) => Functions,
        ({ NextMarker }) => NextMarker,
      );
      const metrics = list.flatMap(({ FunctionName = "" }) =>
        (
          [
            ["Invocations", "Sum"],
            ["Errors", "Sum"],
            ["Duration", "Average"],
          ] as const
        ).map(([name, stat]) => ({
          namespace: "AWS/Lambda",
          name,
          stat,
          dimensions: { FunctionName },
        })),
      );
      const points = await readMetrics(metrics, { from: now - HOUR, to: now + 60_000, period: 3600 }, signal);
      return list.map((each, index) => ({
        ...each,
        invocations: sum(points[index * 3]),
        errors: sum(points[index * 3 + 1]),
        millis: most(points[index * 3 + 2]),
      }));
    },
    5000,
  );
  return (
    <Page title="Functions" crumbs={[{ text: "Lambda" }]}>
      <Reading of={functions} />
      {functions.data && (
        <Panel class="flush">
          <Table
            label="functions"
            rows={functions.data}
            keyOf={({ FunctionName = "" }) => FunctionName}
            textOf={({ FunctionName = "", Description = "" }) => `${FunctionName} ${Description}`}
            columns={[
              {
                name: "Name",
                of: ({ FunctionName = "" }) => (
                  <Named icon="function" text={FunctionName} href={hrefOf(["lambda", FunctionName])} />
                ),
                sort: ({ FunctionName }) => FunctionName,
              },
              {
                name: "Description",
                of: ({ Description }) => <span class="muted">{Description}</span>,
                wide: true,
              },
              {
                name: "Calls, last hour",
                of: ({ invocations }) => count(invocations),
                sort: ({ invocations }) => invocations,
                number: true,
              },
              {
                name: "Errors",
                of: ({ errors }) => <span class={errors > 0 ? "bad-text" : undefined}>{count(errors)}</span>,
                sort: ({ errors }) => errors,
                number: true,
              },
              {
                name: "Duration",
                of: ({ millis }) => duration(millis),
                sort: ({ millis }) => millis,
                number: true,
              },
              { name: "Runtime", of: ({ Runtime }) => Runtime },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

const TABS = {
  logs: "Logs",
  monitoring: "Monitoring",
  configuration: "Configuration",
  test: "Test",
} as const;

function FunctionPage({ route, name }: { route: Route; name: string }) {
  const tab = route.path[2] ?? "logs";
  const read = useLive(`function ${name}`, async (signal) => {
    const [{ Configuration }, { EventSourceMappings = [] }] = await Promise.all([
      call("lambda", "GetFunction", { FunctionName: name }, signal),
      call("lambda", "ListEventSourceMappings", { FunctionName: name }, signal),
    ]);
    return { configuration: Configuration, mappings: EventSourceMappings };
  });
  const { configuration, mappings = [] } = read.data ?? {};
  const from = route.query.from === undefined ? undefined : Number(route.query.from);
  return (
    <Page title={name} crumbs={[{ text: "Lambda", href: "#/lambda" }]} about={configuration?.Description}>
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["lambda", name, key]),
          current: key === tab,
        }))}
      />
      <Reading of={read} />
      {configuration && tab === "logs" && (
        <LogView
          key={from}
          group={configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`}
          from={Number.isNaN(from) ? undefined : from}
        />
      )}
      {tab === "monitoring" && <Graphs graphs={GRAPHS.map((make) => make(name))} />}
      {configuration && tab === "test" && <Invoke name={name} />}
      {configuration && tab === "configuration" && (
        <>
          <Panel>
            <Facts
              facts={{
                ARN: <code>{configuration.FunctionArn}</code>,
                State: <Badge text={configuration.State} />,
                Runtime: configuration.Runtime,
                Handler: <code>{configuration.Handler}</code>,
                Memory: `${configuration.MemorySize} MB`,
                Timeout: duration((configuration.Timeout ?? 0) * 1000),
                Code: bytes(configuration.CodeSize),
                Role: (
                  <a href={hrefOf(["iam", nameOfArn(configuration.Role)])}>{nameOfArn(configuration.Role)}</a>
                ),
                "Last modified (UTC)": time(configuration.LastModified),
              }}
            />
          </Panel>
          <Panel class="flush" title="Event sources">
            <Table
              label="event sources"
              rows={mappings}
              keyOf={({ UUID = "" }) => UUID}
              columns={[
                {
                  name: "Source",
                  of: ({ EventSourceArn = "" }) => <Source arn={EventSourceArn} />,
                  wide: true,
                },
                { name: "State", of: ({ State }) => <Badge text={State} /> },
                { name: "Last result", of: ({ LastProcessingResult }) => LastProcessingResult },
                { name: "Batch", of: ({ BatchSize }) => count(BatchSize), number: true },
                {
                  name: "Window",
                  of: ({ MaximumBatchingWindowInSeconds = 0 }) =>
                    duration(MaximumBatchingWindowInSeconds * 1000),
                  number: true,
                },
              ]}
            />
          </Panel>
          <Panel class="flush" title="Environment variables">
            <Table
              label="environment variables"
              rows={Object.entries(configuration.Environment?.Variables ?? {})}
              keyOf={([key]) => key}
              columns={[
                { name: "Name", of: ([key]) => <code>{key}</code> },
                { name: "Value", of: ([, value]) => <code>{value}</code>, wide: true },
              ]}
            />
          </Panel>
        </>
      )}
    </Page>
  );
}

/** The stream or queue that a function reads, with a link to its page. */
function Source({ arn }: { arn: string }) {
  const [, , service = ""] = arn.split(":");
  const name = service === "kinesis" ? (arn.split("/")[1] ?? "") : nameOfArn(arn);
  if (service !== "kinesis" && service !== "sqs") return <code>{arn}</code>;
  return (
    <a href={hrefOf([service, name])}>
      <code>{arn}</code>
    </a>
  );
}

const metric = graph("AWS/Lambda", "FunctionName");
const GRAPHS = [
  metric("Invocations", { Invocations: "Sum" }),
  metric("Errors and throttles", { Errors: "Sum", Throttles: "Sum" }),
  metric("Duration", { Duration: ["Minimum", "Average", "Maximum"] }, "millis"),
  metric("Iterator age", { IteratorAge: "Maximum" }, "millis"),
  metric("Concurrent executions", { ConcurrentExecutions: "Maximum" }),
];
