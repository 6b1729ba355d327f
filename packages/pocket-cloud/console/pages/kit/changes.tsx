import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** Whether the user has allowed changes, and how to allow them. */
export interface Changes {
  readonly allowed: boolean;
  readonly set: (allowed: boolean) => Promise<void>;
}

export const ChangesContext = createContext<Changes>({ allowed: false, set: async () => {} });

export const useChanges = (): Changes => useContext(ChangesContext);
