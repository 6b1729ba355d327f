import { Icon } from "./kit/icons";
import type { Route } from "./kit/route";
import { useStatus } from "./kit/status";
import { sections } from "./sections";

interface NavigationProps {
  readonly route: Route;
  /** The services that run; undefined until they are known. */
  readonly services: readonly string[] | undefined;
}

export function Navigation({ route, services }: NavigationProps) {
  const [current = ""] = route.path;
  const siteUrl = useStatus()?.SiteUrl;
  return (
    <nav class="navigation" aria-label="Services">
      {Object.entries(groupsOf(services)).map(([group, entries]) => (
        <div key={group} class="group">
          {group !== "" && <h2>{group}</h2>}
          <ul>
            {entries.map(({ path, name, icon }) => (
              <li key={path}>
                <a href={`#/${path}`} aria-current={current === path ? "page" : undefined}>
                  <Icon name={icon} />
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {siteUrl !== undefined && (
        <div class="group">
          <ul>
            <li>
              <a href={siteUrl}>
                <Icon name="file" />
                Published site
              </a>
            </li>
          </ul>
        </div>
      )}
    </nav>
  );
}

/** Sections of services that do not run are left out. */
function groupsOf(services: readonly string[] | undefined): Record<string, typeof sections> {
  const groups: Record<string, (typeof sections)[number][]> = {};
  for (const section of sections)
    if (!section.service || !services || services.includes(section.service)) {
      groups[section.group] ??= [];
      groups[section.group]?.push(section);
    }
  return groups;
}
