import type { DeniedCalls } from "../../denied-calls";
import type { Dispatcher } from "../../dispatch";
import type { BodyLimits } from "../../http/body";
import type { CloudContext } from "../../service";

/** The parts of a cloud that the console uses. */
export interface ConsoleTarget {
  readonly context: CloudContext;
  readonly dispatcher: Dispatcher;
  readonly deniedCalls: DeniedCalls;
  readonly port: number;
  /** Where the published site is served; absent without one. */
  readonly siteUrl?: string;
  readonly bodyLimits: BodyLimits;
  readonly objectLimits: BodyLimits;
}
