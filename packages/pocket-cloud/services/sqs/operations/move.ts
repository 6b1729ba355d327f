import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import type { MoveTasks } from "../move-tasks";
import { inBounds, invalidValue } from "../parameters";
import type { Queue, QueueStore } from "../store";

/** Operations on dead-letter queues. */
export function moveOperations(store: QueueStore, tasks: MoveTasks) {
  const resources = ({ SourceArn = "" }: { SourceArn?: string | undefined }) => [SourceArn];
  const find = (arn: string, parameter: string): Queue => {
    const queue = store.byArn(arn);
    if (queue && queue.record.arn === arn) return queue;
    throw notFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
  };
  const isDeadLetterQueue = (arn: string) =>
    store.records.keys().some((name) => store.byName(name)?.redrive?.deadLetterTargetArn === arn);
  return {
    ListDeadLetterSourceQueues: {
      resources: store.arnsOf,
      run: ({ QueueUrl }) => {
        const { arn } = store.find(QueueUrl).record;
        const sources = store.records
          .keys()
          .filter((name) => store.byName(name)?.redrive?.deadLetterTargetArn === arn);
        return { queueUrls: sources.map((name) => store.url(name)) };
      },
    },
    StartMessageMoveTask: {
      // Source: API reference, StartMessageMoveTask: the caller needs the rights to receive, delete and send.
      actions: ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map(
        (action) => `sqs:${action}`,
      ),
      resources,
      run: ({ SourceArn = "", DestinationArn, MaxNumberOfMessagesPerSecond }, call) => {
        const source = find(SourceArn, "SourceArn");
        if (!isDeadLetterQueue(SourceArn))
          throw invalidValue("Source queue must be configured as a Dead Letter Queue.");
        if (DestinationArn !== undefined) {
          find(DestinationArn, "DestinationArn");
          store.cloud.identities().authorize(call.caller, "sqs:SendMessage", [DestinationArn]);
        }
        const perSecond = inBounds("MaxNumberOfMessagesPerSecond", MaxNumberOfMessagesPerSecond);
        const settings = { destinationArn: DestinationArn, perSecond };
        const { id } = tasks.begin(source, settings);
        return { TaskHandle: handleOf(id, SourceArn) };
      },
    },
    ListMessageMoveTasks: {
      resources,
      run: ({ SourceArn = "", MaxResults = 1 }) => {
        find(SourceArn, "SourceArn");
        const Results = tasks
          .of(SourceArn)
          .slice(0, inBounds("MaxResults", MaxResults))
          .map((task) => ({
            ...(task.status === "RUNNING" && { TaskHandle: handleOf(task.id, SourceArn) }),
            Status: task.status,
            SourceArn,
            ...(task.destinationArn && { DestinationArn: task.destinationArn }),
            ...(task.perSecond && { MaxNumberOfMessagesPerSecond: task.perSecond }),
            ApproximateNumberOfMessagesMoved: task.moved,
            ApproximateNumberOfMessagesToMove: task.toMove,
            ...(task.failure && { FailureReason: task.failure }),
            StartedTimestamp: task.startedAt,
          }));
        return { Results };
      },
    },
    CancelMessageMoveTask: {
      resources: ({ TaskHandle = "" }) => [taskOf(TaskHandle)?.sourceArn ?? "*"],
      run: ({ TaskHandle = "" }) => {
        const named = taskOf(TaskHandle);
        if (!named) throw invalidValue("Value for parameter TaskHandle is invalid.");
        find(named.sourceArn, "SourceArn");
        const running = tasks
          .of(named.sourceArn)
          .some(({ id, status }) => id === named.taskId && status === "RUNNING");
        const task = running ? tasks.cancel(named.taskId) : undefined;
        if (!task) throw notFound("Task does not exist.");
        return { ApproximateNumberOfMessagesMoved: task.moved };
      },
    },
  } satisfies Operations<"sqs">;
}

const handleOf = (taskId: string, sourceArn: string): string =>
  Buffer.from(JSON.stringify({ taskId, sourceArn })).toString("base64");

function taskOf(handle: string): { taskId: string; sourceArn: string } | undefined {
  try {
    const value = JSON.parse(Buffer.from(handle, "base64").toString()) as Record<string, unknown>;
    const { taskId, sourceArn } = value;
    return typeof taskId === "string" && typeof sourceArn === "string" ? { taskId, sourceArn } : undefined;
  } catch {
    return undefined;
  }
}

const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message, 404);
