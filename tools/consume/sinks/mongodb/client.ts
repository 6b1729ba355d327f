import { MongoClient } from "mongodb";
import { Failure, messageOf } from "../../../kit/errors";

export const MONGODB_URL = "mongodb://127.0.0.1:27017/pricelake";

const SELECTION_MS = 5000;
/** The driver waits without limit by default. A write that is given up is repeated. */
const SOCKET_MS = 60_000;

/** A client of the URL's database; `pricelake` when it names none. */
export function mongoClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      serverSelectionTimeoutMS: SELECTION_MS,
      socketTimeoutMS: SOCKET_MS,
      appName: "pricelake",
      writeConcern: { w: "majority" },
    });
  } catch (error) {
    throw new Failure(`--mongo (or MONGODB_URL) is no MongoDB URL: ${messageOf(error)}`);
  }
}
