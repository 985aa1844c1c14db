import { Drawer } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AppLink } from "../ui/AppLink";
import type { PageEntry, Verb } from "./navigation";
import classes from "./Shell.module.css";

interface BottomBarProps {
  verbs: Verb[];
  place: { verb: Verb; page: PageEntry } | null;
}

/** The rail on a phone: a verb with one page leads there, one with several opens a sheet. */
export function BottomBar({ verbs, place }: BottomBarProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Verb | null>(null);

  return (
    <nav className={classes.bottom} aria-label={t("shell.rail")}>
      {verbs.map((verb) => {
        const active = place?.verb.name === verb.name;
        const content = (
          <>
            <verb.icon size={20} stroke={1.5} aria-hidden />
            {t(`shell.verb.${verb.name}`)}
          </>
        );
        const [first] = verb.pages;
        return verb.pages.length === 1 && first ? (
          <AppLink
            key={verb.name}
            to={first.path}
            className={classes.bottomItem}
            data-active={active || undefined}
            aria-current={active ? "page" : undefined}
          >
            {content}
          </AppLink>
        ) : (
          <button
            key={verb.name}
            type="button"
            className={classes.bottomItem}
            data-active={active || undefined}
            aria-haspopup="dialog"
            onClick={() => setOpen(verb)}
          >
            {content}
          </button>
        );
      })}
      <Drawer
        opened={open !== null}
        onClose={() => setOpen(null)}
        position="bottom"
        size="auto"
        title={open ? t(`shell.verb.${open.name}`) : ""}
        closeButtonProps={{ "aria-label": t("action.close") }}
      >
        <ul className={classes.sheet}>
          {open?.pages.map((page) => (
            <li key={page.path}>
              <AppLink
                to={page.path}
                className={classes.item}
                data-active={place?.page.path === page.path || undefined}
                onClick={() => setOpen(null)}
              >
                {t(`shell.page.${page.name}`)}
              </AppLink>
            </li>
          ))}
        </ul>
      </Drawer>
    </nav>
  );
}
