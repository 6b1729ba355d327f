import { useEffect, useRef, useState } from "preact/hooks";
import { allowChanges, callLocal } from "./kit/api";
import { ChangesContext } from "./kit/changes";
import { Icon } from "./kit/icons";
import { useLive } from "./kit/live";
import { Problem } from "./kit/page";
import { useRoute } from "./kit/route";
import { type Status, StatusContext } from "./kit/status";
import { Navigation } from "./navigation";
import { pageOf } from "./sections";
import { TopBar } from "./top-bar";

const STATUS_MS = 2000;

export function App() {
  const route = useRoute();
  const [open, setOpen] = useState(false);
  const [allowed, setAllowed] = useState(false);
  const status = useLive("status", (signal) => callLocal<Status>("GetStatus", {}, signal), STATUS_MS);
  const main = useRef<HTMLElement>(null);
  const place = route.path.join("/");
  const first = useRef(true);
  useEffect(() => {
    void place;
    setOpen(false);
    main.current?.scrollTo(0, 0);
    // A screen reader announces the new page. The first page keeps the focus where the browser puts it.
    if (!first.current) main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    first.current = false;
  }, [place]);
  const changes = {
    allowed,
    set: async (next: boolean) => {
      await allowChanges(next);
      setAllowed(next);
    },
  };
  return (
    <StatusContext.Provider value={status.data}>
      <ChangesContext.Provider value={changes}>
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          Skip to the content
        </button>
        <div class={open ? "shell open" : "shell"}>
          <Navigation route={route} services={status.data?.Services} />
          <button type="button" class="backdrop" aria-label="Close the menu" onClick={() => setOpen(false)} />
          <div class="body">
            <TopBar
              menu={
                <button
                  type="button"
                  class="menu"
                  aria-label="Menu"
                  aria-expanded={open}
                  onClick={() => setOpen(!open)}
                >
                  <Icon name="menu" />
                </button>
              }
            />
            <main id="main" ref={main} tabIndex={-1}>
              <Problem error={status.error} />
              {(status.data?.FaultRules ?? 0) > 0 && (
                <a class="banner" href="#/faults">
                  <Icon name="fault" /> Faults are injected: {status.data?.FaultRules} rule
                  {status.data?.FaultRules === 1 ? "" : "s"} in force
                </a>
              )}
              {pageOf(route)}
            </main>
          </div>
        </div>
      </ChangesContext.Provider>
    </StatusContext.Provider>
  );
}
