import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { clientConfig } from "./aws";

/** A decrypted SSM parameter. The value never appears in errors or logs. */
export async function readParameter(name: string, abortSignal: AbortSignal): Promise<string> {
  const ssm = new SSMClient(clientConfig());
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
    abortSignal,
  });
  if (!Parameter?.Value) throw new Error(`parameter ${name} has no value`);
  return Parameter.Value;
}
