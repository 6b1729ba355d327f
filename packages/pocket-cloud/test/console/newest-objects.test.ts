import { strict as assert } from "node:assert";
import { newestObjects } from "../../console/pages/firehose/newest-objects";

const keys = ["10", "11", "12"].flatMap((hour) =>
  ["a", "b"].map((name) => ({
    key: `raw/dt=2026-01-15/hour=${hour}/${hour}-${name}`,
    size: 1,
    modified: `${hour}${name}`,
  })),
);

/** A bucket in memory, which counts what is listed. */
function bucket() {
  const listed: string[] = [];
  const list = async (prefix: string) => {
    listed.push(prefix);
    const inside = keys.filter(({ key }) => key.startsWith(prefix));
    const folders = inside.flatMap(({ key }) => {
      const [folder, ...rest] = key.slice(prefix.length).split("/");
      return rest.length > 0 ? [`${prefix}${folder}/`] : [];
    });
    return {
      folders: [...new Set(folders)],
      objects: inside.filter(({ key }) => !key.slice(prefix.length).includes("/")),
    };
  };
  return { list, listed };
}

describe("The last deliveries", () => {
  it("are the newest objects of the last folders, and older folders are not listed", async () => {
    const { list, listed } = bucket();
    const found = await newestObjects(list, "raw/", 3);
    assert.deepEqual(
      found.map(({ modified }) => modified),
      ["12b", "12a", "11b"],
    );
    assert.deepEqual(listed, [
      "raw/",
      "raw/dt=2026-01-15/",
      "raw/dt=2026-01-15/hour=12/",
      "raw/dt=2026-01-15/hour=11/",
    ]);
  });

  it("are none in an empty folder", async () => {
    assert.deepEqual(await newestObjects(bucket().list, "errors/", 3), []);
  });
});
