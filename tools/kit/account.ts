import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";

/** Whose account a connection reaches, and where: parts of the buckets' names. */
export async function accountOf(connection: STSClientConfig): Promise<{ account: string; region: string }> {
  const sts = new STSClient(connection);
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return { account: String(Account), region: await sts.config.region() };
  } finally {
    sts.destroy();
  }
}
