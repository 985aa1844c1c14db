import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { changeLanguage, LANGUAGES } from "../i18n";
import { useLanguage } from "../i18n/language";
import { Seal } from "../shell/Seal";
import classes from "./Door.module.css";

/** The frame of the pages before the shell: one narrow column on paper. */
export function Door({
  title,
  lead,
  children,
}: {
  title: string;
  lead: string;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  useEffect(() => {
    document.title = `${title} · Koe`;
  }, [title]);

  return (
    <div className={classes.door}>
      <main className={classes.column}>
        <p className={classes.brand}>
          <Seal />
          Koe
        </p>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.lead}>{lead}</p>
        {children}
      </main>
      <footer className={classes.foot}>
        {LANGUAGES.map((each) => (
          <button
            key={each}
            type="button"
            lang={each}
            className={classes.language}
            aria-pressed={each === language}
            onClick={() => void changeLanguage(each)}
          >
            {t(`language.${each}`)}
          </button>
        ))}
      </footer>
    </div>
  );
}
