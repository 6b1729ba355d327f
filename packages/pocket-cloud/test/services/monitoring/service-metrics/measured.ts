import { CloudWatchClient, GetMetricStatisticsCommand, type Statistic } from "@aws-sdk/client-cloudwatch";
import { type Lab, lab } from "../../lambda/lab";

export const MINUTE = 60_000;
export const THROTTLED = "ProvisionedThroughputExceededException";

/** A lab for the tests of a suite, whose metrics can be read. */
export function measuredLab() {
  let at: Lab;
  let cloudwatch: CloudWatchClient;
  const clients: { destroy(): void }[] = [];
  beforeEach(async () => {
    at = await lab();
    cloudwatch = client(CloudWatchClient);
  });
  afterEach(async () => {
    for (const made of clients.splice(0)) made.destroy();
    await at.end();
  });

  function client<C extends { destroy(): void }>(Client: new (options: object) => C): C {
    const made = new Client({ ...at.client, maxAttempts: 1 });
    clients.push(made);
    return made;
  }

  /** A statistic over the test's whole time, with its unit; undefined without data. */
  async function value(
    Namespace: string,
    MetricName: string,
    dimensions: Record<string, string>,
    stat: Statistic = "Sum",
  ): Promise<[number, string] | undefined> {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        StartTime: new Date(Date.UTC(2026, 0, 15)),
        EndTime: new Date(Date.UTC(2026, 0, 16)),
        Period: 86_400,
        Statistics: [stat],
      }),
    );
    const [point] = Datapoints;
    const found = point?.[stat];
    return found === undefined ? undefined : [found, point?.Unit ?? ""];
  }

  /** The sums of a resource's metrics, with their units. */
  async function sums(
    namespace: string,
    dimensions: Record<string, string>,
    names: readonly string[],
  ): Promise<Record<string, [number, string] | undefined>> {
    const found = names.map(async (name) => [name, await value(namespace, name, dimensions)] as const);
    return Object.fromEntries(await Promise.all(found));
  }

  return { at: () => at, cloudwatch: () => cloudwatch, client, value, sums };
}
