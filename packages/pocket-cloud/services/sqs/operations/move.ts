import { AwsError, unsupported } from "../../../errors";
import type { Operations } from "../../../service";
import { storedPart } from "../queue";
import type { QueueStore } from "../store";

/** Operations on dead-letter queues. */
export const moveOperations = (store: QueueStore) =>
  ({
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
    /** Moves all messages at once, to the given queue or to the queue that each came from. */
    StartMessageMoveTask: {
      resources: ({ SourceArn = "" }) => [SourceArn],
      run: ({ SourceArn = "", DestinationArn }) => {
        const queue = store.byArn(SourceArn);
        if (!queue)
          throw new AwsError(
            "ResourceNotFoundException",
            "The resource that you specified for the SourceArn parameter doesn't exist.",
            404,
          );
        const now = store.cloud.clock.now();
        const moved: string[] = [];
        for (const message of [...queue.data.all()]) {
          const { source, ...stored } = storedPart(message);
          const target = store.byArn(DestinationArn ?? source ?? "");
          if (!target) throw unsupported("moving messages whose source queue is not known");
          target.data.adopt({ ...stored, visibleFrom: now });
          store.announce(target, now);
          moved.push(stored.id);
        }
        queue.data.remove(moved);
        const task = JSON.stringify({ taskId: now, sourceArn: SourceArn });
        return { TaskHandle: Buffer.from(task).toString("base64") };
      },
    },
  }) satisfies Operations<"sqs">;
