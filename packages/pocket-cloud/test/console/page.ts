import { request } from "node:http";

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends a request with exactly these headers, as fetch would not. */
export const send = (endpoint: string, path: string, { method = "GET", headers = {}, body }: Sent) =>
  new Promise<Received>((resolve, reject) => {
    const sent = request(`${endpoint}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });

export type Page = Awaited<ReturnType<typeof openPage>>;

/** Opens the console as a browser does, and calls as its page does. */
export async function openPage(endpoint: string) {
  const { headers, text } = await send(endpoint, "/", { headers: { accept: "text/html" } });
  const [cookie = ""] = String(headers["set-cookie"]).split(";");
  const [, token = ""] = /name="console-token" content="([^"]+)"/.exec(text) ?? [];
  const own = { cookie, "x-console-token": token };
  const callAll = async (calls: readonly object[], more: Record<string, string> = {}) => {
    const answer = await send(endpoint, "/_console/calls", {
      method: "POST",
      headers: { ...own, "content-type": "application/json", ...more },
      body: JSON.stringify(calls),
    });
    let body: unknown = answer.text;
    try {
      body = JSON.parse(answer.text);
    } catch {
      // Refused before the console: XML.
    }
    return { status: answer.status, body };
  };
  return {
    html: text,
    cookie,
    headers: own,
    call: async (service: string, operation: string, input: object, more: Record<string, string> = {}) => {
      const { status, body } = await callAll([{ service, operation, input }], more);
      if (!Array.isArray(body)) return { status, body };
      const [{ output, error }] = body as [{ output?: unknown; error?: { status: number } }];
      if (!error) return { status, body: output };
      const { status: failed, ...described } = error;
      return { status: failed, body: described as unknown };
    },
    callAll,
    allowChanges: async (): Promise<string> => {
      const { text: answer } = await send(endpoint, "/_console/write-token", {
        method: "POST",
        headers: own,
      });
      return (JSON.parse(answer) as { token: string }).token;
    },
  };
}
