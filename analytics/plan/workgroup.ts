import type { Clients } from "../athena/connection";

/** What a query of the workgroup may scan before Athena cancels it, and bills it all the same. */
export async function scanLimitOf(clients: Clients, workgroup: string): Promise<number | undefined> {
  const athena = await clients.athena();
  const { GetWorkGroupCommand } = await import("../aws/athena");
  try {
    const { WorkGroup } = await athena.send(
      new GetWorkGroupCommand({ WorkGroup: workgroup }),
      clients.sending,
    );
    return WorkGroup?.Configuration?.BytesScannedCutoffPerQuery;
  } catch (error) {
    // Who may run queries need not be allowed to look at their limits.
    if (error instanceof Error && error.name === "AccessDeniedException") return undefined;
    throw error;
  }
}
