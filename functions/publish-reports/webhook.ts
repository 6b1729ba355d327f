import type { Message } from "./message";

const webhookFormats = ["slack", "teams"] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** A chat's incoming webhook. Its address is a secret: whoever has it can write to the chat. */
export interface Webhook {
  readonly format: WebhookFormat;
  /** Name of the secret in Secrets Manager that holds the address. */
  readonly secret: string;
}

/** "team:slack:pricelake/prod/team office:teams:…": name, format and secret of each webhook. */
export function readWebhooks(text: string): ReadonlyMap<string, Webhook> {
  const entries = text.split(" ").filter(Boolean);
  return new Map(
    entries.map((entry) => {
      const [name = "", format = "", ...secret] = entry.split(":");
      const known = webhookFormats.find((each) => each === format);
      if (!known || name === "" || secret.join("") === "")
        throw new Error(
          `the webhook "${entry}" must be <name>:<format>:<secret>, with a format of ${webhookFormats.join(", ")}`,
        );
      return [name, { format: known, secret: secret.join(":") }];
    }),
  );
}

const bodies: Readonly<Record<WebhookFormat, (message: Message) => object>> = {
  // https://api.slack.com/reference/surfaces/formatting: & < > are escaped, and links are <address|text>.
  slack: ({ title, text, link }) => ({
    text: `*${slackText(title)}*\n${slackText(text)}${link === undefined ? "" : `\n<${link}|Open the report>`}`,
    unfurl_links: false,
  }),
  // A message with an Adaptive Card, which Teams' "Workflows" webhooks take.
  teams: ({ title, text, link }) => ({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            { type: "TextBlock", text: markdownText(title), weight: "Bolder", size: "Medium", wrap: true },
            { type: "TextBlock", text: markdownText(text), wrap: true },
          ],
          ...(link !== undefined && {
            actions: [{ type: "Action.OpenUrl", title: "Open the report", url: link }],
          }),
        },
      },
    ],
  }),
};

/** Also keeps data from being read as *bold* or _italic_. */
const slackText = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/g, "\u200b$&");

const markdownText = (text: string): string => text.replace(/[\\`*_[\]()#<>|]/g, "\\$&");

export const webhookBody = (format: WebhookFormat, message: Message): string =>
  JSON.stringify(bodies[format](message));

const TIMEOUT_MS = 10_000;

/**
 * Posts a message. Only https to a host name: the secret's value decides where a function sends data. In the embedded
 * cloud also plain http to the machine itself. Errors do not contain the address.
 */
export async function postWebhook(
  address: string,
  body: string,
  { signal, allowLoopback }: { readonly signal: AbortSignal; readonly allowLoopback: boolean },
): Promise<void> {
  const url = checkedAddress(address, allowLoopback);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
    throw new Error(
      `the webhook did not answer: ${code ?? (cause instanceof Error ? cause.name : "unknown")}`,
    );
  }
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
}

function checkedAddress(address: string, allowLoopback: boolean): URL {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  const isLoopback = url?.protocol === "http:" && url.hostname === "127.0.0.1";
  const isPublic =
    url?.protocol === "https:" &&
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/i.test(url.hostname) &&
    url.port === "";
  if (url === undefined || url.username !== "" || !(isPublic || (allowLoopback && isLoopback)))
    throw new Error("the webhook's secret must be an https address with a host name, without port and user");
  return url;
}
