import { createHash } from "node:crypto";
import type { CloudContext } from "../../service";

/** The canonical user that owns every bucket of the account: 64 hexadecimal digits. */
export const ownerOf = (cloud: CloudContext): { ID: string } => ({
  ID: createHash("sha256").update(`canonical user of ${cloud.accountId}`).digest("hex"),
});
