import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { changeLanguage } from "../i18n";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { AppLink } from "../ui/AppLink";
import { FilterChip } from "./FilterChip";
import { MeMenu } from "./MeMenu";
import type { PageEntry, Verb } from "./navigation";
import { Seal } from "./Seal";
import classes from "./Shell.module.css";

interface TopBarProps {
  place: { verb: Verb; page: PageEntry } | null;
  onSearch: () => void;
}

export function TopBar({ place, onSearch }: TopBarProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { organisation } = useSession();
  const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

  return (
    <header className={classes.top}>
      <AppLink to={paths.home()} className={classes.phoneBrand} aria-label={organisation.name}>
        <Seal />
      </AppLink>
      <nav className={classes.crumbs} aria-label={t("shell.breadcrumb")}>
        <ol>
          {place && place.verb.name !== "home" && <li>{t(`shell.verb.${place.verb.name}`)}</li>}
          {place && (
            <li>
              <AppLink to={place.page.path}>{t(`shell.page.${place.page.name}`)}</AppLink>
            </li>
          )}
        </ol>
      </nav>
      <div className={classes.tools}>
        {place?.page.filtered && <FilterChip />}
        <button
          type="button"
          className={classes.searchButton}
          onClick={onSearch}
          title={t("shell.palette.open")}
          aria-keyshortcuts={mac ? "Meta+K" : "Control+K"}
        >
          <IconSearch size={16} stroke={1.6} aria-hidden />
          <span className={classes.searchText}>{t("action.search")}</span>
          <span className={classes.shortcut} aria-hidden="true">
            {mac ? "⌘K" : "Ctrl K"}
          </span>
        </button>
        <button
          type="button"
          className={classes.languageButton}
          onClick={() => void changeLanguage(language === "ja" ? "en" : "ja")}
          lang={language === "ja" ? "en" : "ja"}
          title={t("shell.switch_language")}
        >
          {language === "ja" ? "EN" : "日本語"}
          <span className="visually-hidden">: {t("shell.switch_language")}</span>
        </button>
        <MeMenu />
      </div>
    </header>
  );
}
