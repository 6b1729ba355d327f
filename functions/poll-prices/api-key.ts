import type { Env } from "../shared/env";

let known: { readonly name: string; readonly key: string } | undefined;

/**
 * The source's API key from SSM by the name in API_KEY_PARAMETER; a secret of Secrets Manager goes by
 * /aws/reference/secretsmanager/<its name>. Read once per container. Without a name there is no key.
 */
export async function apiKey(env: Env, abortSignal: AbortSignal): Promise<string | undefined> {
  const name = env.optional("API_KEY_PARAMETER");
  if (name === undefined) return undefined;
  if (known?.name !== name) {
    // Loaded when there is a key to read: most polls of the sample need none.
    const { readParameter } = await import("../shared/parameter");
    known = { name, key: await readParameter(name, abortSignal) };
  }
  return known.key;
}
