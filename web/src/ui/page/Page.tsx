import { type ReactNode, useEffect } from "react";
import classes from "./Page.module.css";

interface PageProps {
  title: string;
  /** One sentence under the title: what this page is for, or what it found. */
  lead?: ReactNode;
  /** Small text above the title, such as the kind of thing shown. */
  kicker?: ReactNode;
  /** Buttons at the end of the title row; at most one of them primary. */
  actions?: ReactNode;
  /** `reading` for prose and forms, `wide` for tables, `full` for workbenches. */
  width?: "reading" | "wide" | "full";
  children: ReactNode;
}

/** The frame of every screen: document title, heading, lead, actions, content. */
export function Page({ title, lead, kicker, actions, width = "wide", children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Koe`;
  }, [title]);

  return (
    <div className={classes.page} data-width={width}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {kicker && <p className={classes.kicker}>{kicker}</p>}
          <h1 className={classes.title} tabIndex={-1} id="page-title">
            {title}
          </h1>
          {lead && <div className={classes.lead}>{lead}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page with its own heading. */
export function Section({ title, lead, actions, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <header className={classes.sectionHeader}>
        <div>
          <h2 className={classes.sectionTitle}>{title}</h2>
          {lead && <p className={classes.sectionLead}>{lead}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
