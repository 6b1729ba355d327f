import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CallError } from "./api";
import { useChanges } from "./changes";
import { Icon, type IconName } from "./icons";

export interface Crumb {
  readonly text: string;
  readonly href?: string;
}

interface PageProps {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly about?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page: where it is, its title, its actions, and its content. */
export function Page({ title, crumbs = [], about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · pocket-cloud`;
  }, [title]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          {crumbs.length > 0 && (
            <nav class="crumbs" aria-label="Path">
              {crumbs.map(({ text, href }) => (
                <span key={text}>{href ? <a href={href}>{text}</a> : text}</span>
              ))}
            </nav>
          )}
          <h1 tabIndex={-1}>{title}</h1>
          {about && <p class="about">{about}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

interface PanelProps {
  readonly title?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export const Panel = ({ title, actions, class: more = "", children }: PanelProps) => (
  <section class={`panel ${more}`}>
    {(title || actions) && (
      <header>
        {title && <h2>{title}</h2>}
        {actions && <div class="actions">{actions}</div>}
      </header>
    )}
    {children}
  </section>
);

export interface Tab {
  readonly text: string;
  readonly href: string;
  readonly current: boolean;
}

export const Tabs = ({ tabs }: { tabs: readonly Tab[] }) => (
  <nav class="tabs" aria-label="Views">
    {tabs.map(({ text, href, current }) => (
      <a key={text} href={href} aria-current={current ? "page" : undefined}>
        {text}
      </a>
    ))}
  </nav>
);

/** Name and value pairs. */
export const Facts = ({ facts }: { facts: Readonly<Record<string, ComponentChildren>> }) => (
  <dl class="facts">
    {Object.entries(facts).map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value === undefined || value === "" ? "–" : value}</dd>
      </div>
    ))}
  </dl>
);

export type Tone = "good" | "warn" | "bad" | "info" | "quiet";

const TONES: Readonly<Record<string, Tone>> = {
  ACTIVE: "good",
  Active: "good",
  Enabled: "good",
  ENABLED: "good",
  READY: "good",
  OK: "good",
  SUCCEEDED: "good",
  COMPLETED: "good",
  Successful: "good",
  ALARM: "bad",
  FAILED: "bad",
  Failed: "bad",
  RUNNING: "info",
  QUEUED: "info",
  CREATING: "info",
  UPDATING: "info",
  INSUFFICIENT_DATA: "quiet",
  CANCELLED: "warn",
  DISABLED: "quiet",
  Disabled: "quiet",
};

export const Badge = ({ text, tone }: { text: string | undefined; tone?: Tone }) =>
  text ? (
    <span class={`badge ${tone ?? TONES[text] ?? "quiet"}`}>{text.replaceAll("_", " ").toLowerCase()}</span>
  ) : null;

export const Problem = ({ error }: { error: Error | undefined }) =>
  error ? (
    <p class="problem" role="alert">
      <strong>{error.name}</strong> {error.message}
      {error instanceof CallError && error.status === 401 && (
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      )}
    </p>
  ) : null;

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

export const Loading = () => (
  <div class="loading" role="status" aria-label="Loading">
    <span />
    <span />
    <span />
  </div>
);

/** A link of an icon and a name. */
export const Named = ({ icon, text, href }: { icon: IconName; text: string; href: string }) => (
  <a class="named" href={href}>
    <Icon name={icon} />
    {text}
  </a>
);

export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon name="copy" size={14} />
      {copied ? "Copied" : label}
    </button>
  );
}

interface ActionProps {
  readonly run: () => Promise<unknown>;
  readonly children: ComponentChildren;
  readonly done?: string;
}

/** A button that changes something. It works once changes are allowed, and shows how its call ended. */
export function Action({ run, children, done = "Done" }: ActionProps) {
  const { allowed } = useChanges();
  const [state, setState] = useState<{ busy?: boolean; error?: Error; done?: boolean }>({});
  const act = () => {
    setState({ busy: true });
    run().then(
      () => setState({ done: true }),
      (error: Error) => setState({ error }),
    );
  };
  return (
    <span class="action">
      <button
        type="button"
        disabled={!allowed || state.busy}
        title={allowed ? undefined : 'Switch "Allow changes" on first'}
        onClick={act}
      >
        {children}
      </button>
      <span role="status" class={state.error ? "bad-text" : "good-text"}>
        {state.error ? state.error.message : state.done ? done : ""}
      </span>
    </span>
  );
}
