import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Alert } from "./core";

const MOST_REMEMBERED = 50_000;

/** Publishes alerts to an SNS topic, each id once per container. A failed publish can be retried. */
export class Publisher {
  readonly #sent = new Set<string>();

  constructor(
    private readonly client: Pick<SNSClient, "send">,
    private readonly topicArn: string,
  ) {}

  /**
   * Returns whether the alert was new. The id is remembered only after SNS accepted it: an alert may be sent
   * twice, never lost.
   */
  async publish(alert: Alert, abortSignal: AbortSignal): Promise<boolean> {
    if (this.#sent.has(alert.id)) return false;
    const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
    const command = new PublishCommand({
      TopicArn: this.topicArn,
      Subject: subjectLine(`${alert.severity}: ${alert.rule} ${alert.subject}`),
      Message: JSON.stringify(alert),
      MessageAttributes: {
        rule: attribute(alert.rule),
        severity: attribute(alert.severity),
        feed: attribute(alert.feed),
      },
    });
    await this.client.send(command, { abortSignal });
    this.#sent.add(alert.id);
    if (this.#sent.size > MOST_REMEMBERED) for (const oldest of this.#sent) return this.#sent.delete(oldest);
    return true;
  }
}

/** SNS subjects: at most 100 printable ASCII characters. */
const subjectLine = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
