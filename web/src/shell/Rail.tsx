import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { AppLink } from "../ui/AppLink";
import type { PageEntry, Verb } from "./navigation";
import { Seal } from "./Seal";
import classes from "./Shell.module.css";

interface RailProps {
  verbs: Verb[];
  place: { verb: Verb; page: PageEntry } | null;
  narrow: boolean;
  onToggle: () => void;
}

/** Verbs down the left side. Narrow, it keeps one icon a verb that leads to its first page. */
export function Rail({ verbs, place, narrow, onToggle }: RailProps) {
  const { t } = useTranslation();
  const { organisation } = useSession();
  const Toggle = narrow ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;

  return (
    <nav className={classes.rail} aria-label={t("shell.rail")}>
      <AppLink to={paths.home()} className={classes.brand} aria-label={organisation.name}>
        <Seal />
        {!narrow && <span className={classes.organisation}>{organisation.name}</span>}
      </AppLink>
      {verbs.map((verb) => (
        <div
          key={verb.name}
          className={`${classes.verb} ${verb.name === "settings" ? classes.verbLast : ""}`}
        >
          {narrow ? (
            <Tooltip label={t(`shell.verb.${verb.name}`)} position="right" openDelay={200}>
              <AppLink
                to={verb.pages[0]?.path ?? "/"}
                className={classes.item}
                data-active={place?.verb.name === verb.name || undefined}
                aria-label={t(`shell.verb.${verb.name}`)}
                aria-current={place?.verb.name === verb.name ? "true" : undefined}
              >
                <verb.icon size={20} stroke={1.5} aria-hidden />
              </AppLink>
            </Tooltip>
          ) : (
            <VerbPages verb={verb} place={place} />
          )}
        </div>
      ))}
      <div className={classes.railFoot}>
        <ActionIcon
          onClick={onToggle}
          aria-label={t(narrow ? "shell.expand" : "shell.collapse")}
          size={32}
        >
          <Toggle size={18} stroke={1.5} />
        </ActionIcon>
      </div>
    </nav>
  );
}

function VerbPages({ verb, place }: { verb: Verb; place: RailProps["place"] }) {
  const { t } = useTranslation();
  const single = verb.name === "home";
  // Settings unfold only while one of them is open: they are many and rarely needed.
  const folded = verb.name === "settings" && place?.verb.name !== "settings";
  const pages = folded ? verb.pages.slice(0, 1) : verb.pages;
  return (
    <>
      {!single && !folded && (
        <span className={classes.verbName}>{t(`shell.verb.${verb.name}`)}</span>
      )}
      <ul className={classes.pages}>
        {pages.map((page) => {
          const active = place?.page.path === page.path;
          return (
            <li key={page.path}>
              <AppLink
                to={page.path}
                className={classes.item}
                data-active={active || undefined}
                aria-current={active ? "page" : undefined}
              >
                {(single || folded) && <verb.icon size={18} stroke={1.5} aria-hidden />}
                {folded ? t("shell.verb.settings") : t(`shell.page.${page.name}`)}
              </AppLink>
            </li>
          );
        })}
      </ul>
    </>
  );
}
