import type { _Record as EventRecord, StreamViewType } from "@aws-sdk/client-dynamodb-streams";
import { equal, type Item, sizeOfItem } from "../data/value";

/** What a write did to one item. A stream keeps both images; its view type applies when it is read. */
export interface ItemChange {
  readonly key: Item;
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
  /** The item was deleted because its time to live had passed. */
  readonly expired?: boolean;
}

export const sameItem = (a: Item | undefined, b: Item | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equal({ M: { ...a } }, { M: { ...b } });

type Images = "NewImage" | "OldImage";

const IMAGES: Readonly<Record<StreamViewType, readonly Images[]>> = {
  KEYS_ONLY: [],
  NEW_IMAGE: ["NewImage"],
  OLD_IMAGE: ["OldImage"],
  NEW_AND_OLD_IMAGES: ["NewImage", "OldImage"],
};

/** Items that expire are removed by the service. Source: "DynamoDB Streams and Time to Live", DynamoDB Developer Guide. */
const EXPIRED_BY = { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } as const;

interface Event {
  readonly id: string;
  readonly region: string;
  readonly time: number;
  readonly sequenceNumber: string;
  readonly view: StreamViewType;
}

export function eventRecord({ key, before, after, expired }: ItemChange, event: Event): EventRecord {
  const images = Object.fromEntries(
    IMAGES[event.view].flatMap((name) => {
      const image = name === "NewImage" ? after : before;
      return image ? [[name, image]] : [];
    }),
  );
  return {
    eventID: event.id,
    eventName: !before ? "INSERT" : after ? "MODIFY" : "REMOVE",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: event.region,
    dynamodb: {
      // AWS gives whole seconds. Source: API reference, StreamRecord.
      ApproximateCreationDateTime: new Date(Math.floor(event.time / 1000) * 1000),
      Keys: { ...key },
      ...images,
      SequenceNumber: event.sequenceNumber,
      SizeBytes: [key, ...Object.values<Item>(images)].reduce((sum, item) => sum + sizeOfItem(item), 0),
      StreamViewType: event.view,
    },
    ...(expired && { userIdentity: EXPIRED_BY }),
  };
}
