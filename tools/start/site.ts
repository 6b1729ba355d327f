import { names } from "../../data/names";
import type { Cloud } from "../../packages/pocket-cloud";

const name = names("local");
const FUNCTION = name.function("publish-reports");
const SCHEDULE = name.schedule("publish-reports");

/** The published reports of the local stack. Without a function that publishes them, nothing happens. */
export class Site {
  private constructor(private readonly cloud: Cloud) {}

  /** Serves the folder, and stops the schedule: the catch-up would publish every few minutes of the past. */
  static async open(cloud: Cloud, lakeBucket: string): Promise<Site | undefined> {
    const site = new Site(cloud);
    if (!(await site.#setSchedule("DISABLED"))) return undefined;
    cloud.serveSite({ bucket: lakeBucket, prefix: "site/" });
    return site;
  }

  /** Publishes now, without waiting for it, and starts the schedule. */
  async publish(): Promise<void> {
    await this.#setSchedule("ENABLED");
    await this.cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: FUNCTION, InvocationType: "Event", Payload: Buffer.from("{}") },
      this.cloud.administrator,
    );
  }

  async #setSchedule(State: "ENABLED" | "DISABLED"): Promise<boolean> {
    const { administrator } = this.cloud;
    const read = () => this.cloud.call("scheduler", "GetSchedule", { Name: SCHEDULE }, administrator);
    const schedule = await read().catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ResourceNotFoundException")
        return undefined;
      throw error;
    });
    if (!schedule) return false;
    const { Name, GroupName, Description, ScheduleExpression, FlexibleTimeWindow, Target } = schedule;
    const { ScheduleExpressionTimezone, KmsKeyArn } = schedule;
    await this.cloud.call(
      "scheduler",
      "UpdateSchedule",
      {
        ...{ Name, GroupName, Description, ScheduleExpression, ScheduleExpressionTimezone },
        ...{ FlexibleTimeWindow, Target, KmsKeyArn, State },
      },
      administrator,
    );
    return true;
  }
}
