import { matchText } from "../../analytics/site/alerts";
import { fileOf } from "../../analytics/site/files";
import { isResult, type Outcome } from "../../analytics/site/model";
import type { Deliveries } from "./store";

/** A report that met its condition, as one message to one channel. */
export interface Message {
  readonly page: string;
  readonly channel: string;
  readonly title: string;
  /** The condition and the rows that meet it. */
  readonly text: string;
  /** Address of the page with the chart; absent where the site has none. */
  readonly link?: string;
}

export const deliveryKey = ({ page, channel }: Pick<Message, "page" | "channel">): string =>
  `${page}/${channel}`;

/** The messages that are due: the condition holds, and the last message is older than the page's period. */
export function dueMessages(
  outcomes: readonly Outcome[],
  sent: Deliveries,
  now: number,
  url: string | undefined,
): readonly Message[] {
  return outcomes.filter(isResult).flatMap((result) => {
    const { page } = result;
    const text = page.deliver && matchText(result);
    if (!page.deliver || text === undefined) return [];
    const { to, everySeconds } = page.deliver;
    return to
      .map((channel) => ({
        page: page.path,
        channel,
        title: page.title,
        text,
        ...(url !== undefined && { link: url.replace(/\/?$/, "/") + fileOf(page) }),
      }))
      .filter((message) => {
        const last = Date.parse(sent[deliveryKey(message)] ?? "");
        return Number.isNaN(last) || now - last >= 1000 * everySeconds;
      });
  });
}
