import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** What the cloud says about itself. */
export interface Status {
  readonly Time: string;
  readonly MachineTime: string;
  /** Where the simulated time began; absent while time is real. */
  readonly SimulatedFrom?: string;
  readonly Region: string;
  readonly AccountId: string;
  readonly Endpoint: string;
  readonly Services: readonly string[];
  readonly FaultRules: number;
  /** Where the endpoint serves a published site; absent without one. */
  readonly SiteUrl?: string;
}

export const StatusContext = createContext<Status | undefined>(undefined);

export const useStatus = (): Status | undefined => useContext(StatusContext);

/** The cloud's time, which is not the browser's while it is simulated. */
export const useNow = (): number => {
  const status = useStatus();
  return status ? Date.parse(status.Time) : Date.now();
};
