import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { invalidParameter } from "../errors";
import { deliver, filterKey, type MetricFilterRecord, type SubscriptionRecord } from "../group-filters";
import { filterPattern } from "../patterns";
import { checkNameLength, type LogStore } from "../store";

/** Quotas of a log group. Source: "CloudWatch Logs quotas". */
const MAX_METRIC_FILTERS = 100;
const MAX_SUBSCRIPTIONS = 2;
const PAGE = 50;

export function filterOperations(store: LogStore) {
  const { filters, cloud } = store;
  const resources = (input: { logGroupName?: string | undefined }) => [
    store.groupArn(input.logGroupName ?? ""),
  ];
  const countOf = (all: readonly { group: string; name: string }[], group: string, name: string) =>
    all.filter((filter) => filter.group === group && filter.name !== name).length;
  return {
    PutMetricFilter: {
      resources,
      run: ({ logGroupName = "", filterName = "", filterPattern: pattern = "", ...input }) => {
        store.group(logGroupName);
        filterPattern(pattern);
        const { metricTransformations: transformations = [] } = input;
        for (const { defaultValue, dimensions } of transformations)
          if (defaultValue !== undefined && Object.keys(dimensions ?? {}).length > 0)
            throw invalidParameter(
              "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
            );
        if (countOf(filters.metrics.values(), logGroupName, filterName) >= MAX_METRIC_FILTERS)
          throw new AwsError("LimitExceededException", "Resource limit exceeded.");
        const created = cloud.clock.now();
        const record = { group: logGroupName, name: filterName, pattern, transformations, created };
        filters.metrics.set(filterKey(logGroupName, filterName), record);
        return {};
      },
    },
    DescribeMetricFilters: {
      resources,
      run: ({
        logGroupName,
        filterNamePrefix = "",
        metricName,
        metricNamespace,
        nextToken = "",
        limit = PAGE,
      }) => {
        if (logGroupName !== undefined) store.group(logGroupName);
        const found = filters.metrics
          .values()
          .filter((filter) => logGroupName === undefined || filter.group === logGroupName)
          .filter((filter) => filter.name.startsWith(filterNamePrefix))
          .filter(({ transformations }) =>
            transformations.some(
              (one) =>
                (metricName === undefined || one.metricName === metricName) &&
                (metricNamespace === undefined || one.metricNamespace === metricNamespace),
            ),
          );
        const { page, next } = pageOf(found, nextToken, limit);
        return { metricFilters: page.map(describeMetricFilter), ...next };
      },
    },
    DeleteMetricFilter: {
      resources,
      run: ({ logGroupName = "", filterName = "" }) => {
        // As recorded by LocalStack's test_delete_metric_filter_invalid_log_group_name.
        checkNameLength(logGroupName);
        store.group(logGroupName);
        if (!filters.metrics.delete(filterKey(logGroupName, filterName)))
          throw noFilter("The specified metric filter does not exist.");
        return {};
      },
    },
    TestMetricFilter: {
      run: ({ filterPattern: pattern, logEventMessages = [] }) => {
        const { matches } = filterPattern(pattern);
        return {
          matches: logEventMessages.flatMap((eventMessage, at) =>
            matches(eventMessage) ? [{ eventNumber: at + 1, eventMessage, extractedValues: {} }] : [],
          ),
        };
      },
    },
    PutSubscriptionFilter: {
      resources,
      passes: ({ roleArn }) => [roleArn],
      run: async ({ logGroupName = "", filterName = "", filterPattern: pattern = "", ...input }) => {
        // Before the group is looked up (recorded by LocalStack's test_put_subscription_filter_errors).
        if (isForeignFunction(input.destinationArn, cloud.accountId))
          throw new AwsError(
            "AccessDeniedException",
            "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
          );
        store.group(logGroupName);
        filterPattern(pattern);
        const { destinationArn = "", roleArn, distribution = "ByLogStream" } = input;
        if (countOf(filters.subscriptions.values(), logGroupName, filterName) >= MAX_SUBSCRIPTIONS)
          throw new AwsError("LimitExceededException", "Resource limit exceeded.");
        const record: SubscriptionRecord = {
          ...{ group: logGroupName, name: filterName, pattern, destinationArn, roleArn, distribution },
          created: cloud.clock.now(),
        };
        await checkDestination(record);
        filters.subscriptions.set(filterKey(logGroupName, filterName), record);
        return {};
      },
    },
    DescribeSubscriptionFilters: {
      resources,
      run: ({ logGroupName = "", filterNamePrefix = "", nextToken = "", limit = PAGE }) => {
        store.group(logGroupName);
        const found = filters.subscriptions
          .values()
          .filter(({ group, name }) => group === logGroupName && name.startsWith(filterNamePrefix));
        const { page, next } = pageOf(found, nextToken, limit);
        return { subscriptionFilters: page.map(describeSubscription), ...next };
      },
    },
    DeleteSubscriptionFilter: {
      resources,
      run: ({ logGroupName = "", filterName = "" }) => {
        store.group(logGroupName);
        if (!filters.subscriptions.delete(filterKey(logGroupName, filterName)))
          throw noFilter("The specified subscription filter does not exist.");
        return {};
      },
    },
  } satisfies Operations<"logs">;

  /** AWS tests the destination: a stream receives a control message, a function must allow invocations. */
  async function checkDestination(record: SubscriptionRecord): Promise<void> {
    const { destinationArn, roleArn } = record;
    const service = /^arn:aws:(lambda|kinesis|firehose):[a-z0-9-]+:\d{12}:/.exec(destinationArn)?.[1];
    if (!service) throw invalidParameter(`Invalid destination ARN: ${destinationArn}`);
    if (service === "lambda") {
      const input = { FunctionName: destinationArn };
      const { administrator } = cloud.identities();
      const { Policy = "{}" } = await cloud
        .call("lambda", "GetPolicy", input, administrator)
        .catch(() => ({}) as { Policy?: string });
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Principal?: { Service?: string } }[] };
      if (
        !Statement.some(({ Principal }) =>
          /^logs(\.[a-z0-9-]+)?\.amazonaws\.com$/.test(Principal?.Service ?? ""),
        )
      )
        throw invalidParameter(
          "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
        );
      return;
    }
    if (roleArn === undefined)
      throw invalidParameter(`destinationArn for vendor ${service} cannot be used without roleArn`);
    const control = {
      messageType: "CONTROL_MESSAGE",
      ...{ owner: "CloudwatchLogs", logGroup: "", logStream: "", subscriptionFilters: [] },
      logEvents: [
        {
          id: "",
          timestamp: cloud.clock.now(),
          message: "CWL CONTROL MESSAGE: Checking health of destination",
        },
      ],
    };
    await deliver(cloud, record, control).catch(() => {
      throw invalidParameter(
        `Could not deliver test message to specified ${service === "kinesis" ? "Kinesis stream" : "Firehose stream"}. Check if the given ${service === "kinesis" ? "kinesis stream" : "firehose stream"} is in ACTIVE state.`,
      );
    });
  }
}

const isForeignFunction = (arn = "", account: string): boolean => {
  const [, , service, , owner] = arn.split(":");
  return service === "lambda" && owner !== account;
};

const describeMetricFilter = ({ group, name, pattern, transformations, created }: MetricFilterRecord) => ({
  ...{ filterName: name, filterPattern: pattern, logGroupName: group, creationTime: created },
  metricTransformations: [...transformations],
  applyOnTransformedLogs: false,
});

const describeSubscription = (filter: SubscriptionRecord) => ({
  ...{ filterName: filter.name, filterPattern: filter.pattern, logGroupName: filter.group },
  ...{
    destinationArn: filter.destinationArn,
    distribution: filter.distribution,
    creationTime: filter.created,
    applyOnTransformedLogs: false,
  },
  ...(filter.roleArn && { roleArn: filter.roleArn }),
});

function pageOf<T extends { readonly group: string; readonly name: string }>(
  found: readonly T[],
  after: string,
  limit: number,
): { page: T[]; next: { nextToken?: string } } {
  const rest = found.filter(({ group, name }) => filterKey(group, name) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rest.length > limit && last ? { nextToken: filterKey(last.group, last.name) } : {} };
}

const noFilter = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);
