import type { Env } from "../shared/env";
import { readParameter } from "../shared/parameter";

let known: { readonly name: string; readonly key: string } | undefined;

/**
 * The source's API key from SSM by the name in API_KEY_PARAMETER; a secret of Secrets Manager goes by
 * /aws/reference/secretsmanager/<its name>. Read once per container. Without a name there is no key.
 */
export async function apiKey(env: Env, abortSignal: AbortSignal): Promise<string | undefined> {
  const name = env.optional("API_KEY_PARAMETER");
  if (name === undefined) return undefined;
  if (known?.name !== name) {
    known = { name, key: await readParameter(name, abortSignal) };
  }
  return known.key;
}
