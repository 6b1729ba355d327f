import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useChanges } from "./kit/changes";
import { time } from "./kit/format";
import { Icon } from "./kit/icons";
import { type Status, useStatus } from "./kit/status";

export function TopBar({ menu }: { menu: ComponentChildren }) {
  const status = useStatus();
  return (
    <div class="top-bar">
      {menu}
      <a class="brand" href="#/" aria-label="pocket-cloud">
        <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" class="brand-back" />
          <path d="M9 20a4 4 0 0 1 .6-8 6 6 0 0 1 11.3 1.6A3.3 3.3 0 0 1 22.5 20z" fill="white" />
        </svg>
        <span>pocket-cloud</span>
      </a>
      <span class="space" />
      {status && <CloudTime status={status} />}
      {status && (
        <span class="account muted" title="The console acts as the administrator of the local account">
          {status.Region} · {status.AccountId} · administrator
        </span>
      )}
      <ChangesSwitch />
      <ThemeButton />
    </div>
  );
}

/** The cloud's time. While it is simulated, also how much of the way to the present is done. */
function CloudTime({ status }: { status: Status }) {
  const [now, machine] = [Date.parse(status.Time), Date.parse(status.MachineTime)];
  if (status.SimulatedFrom === undefined)
    return (
      <span class="clock" title="The cloud follows real time">
        <Instant at={now} />
      </span>
    );
  const from = Date.parse(status.SimulatedFrom);
  const share = machine > from ? Math.min(1, Math.max(0, (now - from) / (machine - from))) : 1;
  return (
    <span class="clock simulated" title="The cloud's time is simulated">
      <Instant at={now} />
      <span class="date">simulated</span>
      <progress max={1} value={share} aria-label="Catch-up to the present">
        {Math.floor(share * 100)} %
      </progress>
    </span>
  );
}

/** The date is hidden where there is no room. */
function Instant({ at }: { at: number }) {
  const [date = "", clock = ""] = time(at).split(" ");
  return (
    <span>
      <span class="date">{date} </span>
      {clock} UTC
    </span>
  );
}

function ChangesSwitch() {
  const { allowed, set } = useChanges();
  return (
    <label class="switch" title="The console is read-only until you allow changes">
      <input
        type="checkbox"
        role="switch"
        aria-checked={allowed}
        checked={allowed}
        onChange={(event) => void set(event.currentTarget.checked)}
      />
      <span aria-hidden="true" />
      Allow changes
    </label>
  );
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const stored = localStorage.getItem("pocket-cloud-theme");
document.documentElement.dataset.theme = stored ?? (dark.matches ? "dark" : "light");

function ThemeButton() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Use ${other} colors`}
      onClick={() => {
        document.documentElement.dataset.theme = other;
        localStorage.setItem("pocket-cloud-theme", other);
        setTheme(other);
        dispatchEvent(new HashChangeEvent("hashchange"));
      }}
    >
      <Icon name={theme === "dark" ? "sun" : "moon"} />
    </button>
  );
}
