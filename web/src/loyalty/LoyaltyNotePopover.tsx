import { Button, Popover } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LoyaltyFinding, LoyaltyResults } from "../api/types";
import { formatDate, formatMoment } from "../format/date";
import { formatCount, formatDecimal, formatShare } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import classes from "./loyalty.module.css";
import { useHorizon } from "./words";

interface LoyaltyNotePopoverProps {
  results: LoyaltyResults;
  finding: LoyaltyFinding;
}

/** How the numbers came about: definition, formula, n, interval, date, reference. */
export function LoyaltyNotePopover({ results, finding }: LoyaltyNotePopoverProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const horizon = useHorizon();
  const { note } = results;
  if (!note) return null;
  const { model } = finding;
  const decimal = (value: number) => formatDecimal(value, 3, language);
  const counted = (label: string, n: number): [string, string][] =>
    n > 0 ? [[label, formatCount(n, language)]] : [];
  const group = localized(note.group_label, language, "");
  const facts: [string, string][] = [
    [t("loyalty.form.stream"), localized(note.stream_label, language, note.asked.stream)],
    [t("loyalty.form.amount"), localized(note.amount_label, language, note.asked.amount)],
    [t("loyalty.form.horizon"), horizon(note.asked.horizon_days ?? 365)],
    [t("loyalty.form.until"), formatDate(finding.until, language)],
    ...(group ? ([[t("loyalty.form.group"), group]] satisfies [string, string][]) : []),
    [
      "n",
      t("loyalty.customers", {
        n: formatCount(finding.n, language),
        repeat: formatCount(finding.repeat, language),
      }),
    ],
    ...counted(t("loyalty.note.missing"), finding.n_missing),
    ...counted(t("loyalty.note.returns"), finding.n_returns),
    ...counted(t("loyalty.note.later"), finding.n_later),
    [
      "BG/NBD",
      `r ${decimal(model.r)}, α ${decimal(model.alpha)}, a ${decimal(model.a)}, b ${decimal(model.b)}`,
    ],
    ...(model.amounts
      ? ([
          [
            "gamma-gamma",
            `p ${decimal(model.amounts.p)}, q ${decimal(model.amounts.q)}, v ${decimal(model.amounts.v)}`,
          ],
        ] satisfies [string, string][])
      : []),
    [
      t("loyalty.note.interval"),
      t("loyalty.note.interval_said", { percent: formatShare(note.confidence, language, 0) }),
    ],
    [t("loyalty.note.computed"), formatMoment(note.computed_at, language)],
    [t("loyalty.note.version"), String(note.method_version)],
  ];
  return (
    <Popover width={400} position="bottom-end" withinPortal shadow="sm" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconInfoCircle size={15} stroke={1.6} aria-hidden />}
        >
          {t("loyalty.note.open")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.note}>
        <p>{t("loyalty.note.value")}</p>
        <p>{t("loyalty.note.alive")}</p>
        <p>{t("loyalty.note.assumes")}</p>
        <dl>
          {facts.map(([name, value]) => (
            <div key={name + value}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p className={classes.source}>{note.source}</p>
      </Popover.Dropdown>
    </Popover>
  );
}
