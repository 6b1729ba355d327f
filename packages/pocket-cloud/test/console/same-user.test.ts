import { strict as assert } from "node:assert";
import { ofSameUser } from "../../console/server/same-user";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 100 1 0 100 0 0 10 0
   1: 0100007F:11D6 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 101 1 0 20 4 30 10 -1
   2: 0100007F:C350 0100007F:11D6 01 00000000:00000000 00:00000000 00000000  1001        0 102 1 0 20 4 30 10 -1
   3: 0100007F:C351 0100007F:11D6 01 00000000:00000000 00:00000000 00000000     0        0 103 1 0 20 4 30 10 -1
`;
const client = (remotePort: number) => ({ localPort: 0x11d6, remotePort });

describe("ofSameUser", () => {
  it("reads the owner of the client's end of the connection", () => {
    assert.equal(
      ofSameUser(client(0xc350), () => table, 1001),
      true,
    );
    assert.equal(
      ofSameUser(client(0xc350), () => table, 1000),
      false,
    );
  });

  it("accepts root", () => {
    assert.equal(
      ofSameUser(client(0xc351), () => table, 1000),
      true,
    );
  });

  it("is undefined when the system does not tell", () => {
    const missing = () => {
      throw new Error("ENOENT");
    };
    assert.equal(ofSameUser(client(0xc350), missing, 1000), undefined);
    assert.equal(
      ofSameUser(client(0xc352), () => table, 1000),
      undefined,
    );
  });
});
