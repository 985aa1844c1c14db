import { Button, Popover } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DriverResults } from "../api/types";
import { useDimensionName, useDimensionValueName } from "../filters/names";
import { fieldsQuery } from "../filters/queries";
import { formatDate, formatMoment } from "../format/date";
import { formatCount, formatDecimal, formatShare } from "../format/number";
import { localized, useLanguage } from "../i18n/language";
import classes from "./drivers.module.css";
import { useOutcomeName } from "./words";

/** How the numbers came about: definition, formula, filter, n, interval, date, reference. */
export function MethodPopover({ results }: { results: DriverResults }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const outcome = useOutcomeName(results);
  const dimensionName = useDimensionName();
  const valueName = useDimensionValueName();
  const { data: fields } = useQuery(fieldsQuery);
  const { finding, note } = results;
  const { asked } = note;
  const stream = fields?.find((each) => each.stream === asked.stream);
  const day = (text: string | null | undefined) => (text ? formatDate(text, language) : "");
  const period =
    asked.period?.from || asked.period?.to
      ? t("shell.period.range", { from: day(asked.period.from), to: day(asked.period.to) })
      : t("shell.period.all_time");
  const filters = (asked.filters ?? []).map((filter) =>
    t("metrics.filter_said", {
      name: dimensionName(filter.dimension),
      values: [...(filter.any_of ?? []), ...(filter.none_of ?? [])]
        .map((value) => valueName(filter.dimension, value ?? null))
        .join(t("metrics.filter_and")),
    }),
  );
  const facts: [string, string][] = [
    [t("drivers.note.outcome"), outcome],
    [t("drivers.note.survey"), localized(stream?.stream_name, language, asked.stream)],
    [t("drivers.note.period"), period],
    ...filters.map((filter): [string, string] => [t("drivers.note.filter"), filter]),
    ...(finding
      ? ([
          [
            "n",
            finding.n_dropped
              ? t("drivers.note.n_dropped", {
                  n: formatCount(finding.n, language),
                  dropped: formatCount(finding.n_dropped, language),
                })
              : formatCount(finding.n, language),
          ],
          [
            "R²",
            finding.r2_interval
              ? `${formatDecimal(finding.r2, 2, language)} [${finding.r2_interval.map((end) => formatDecimal(end, 2, language)).join(", ")}]`
              : formatDecimal(finding.r2, 2, language),
          ],
        ] satisfies [string, string][])
      : []),
    [t("drivers.note.missing"), t(`drivers.missing.${asked.missing ?? "listwise"}`)],
    [
      t("drivers.note.interval"),
      t("drivers.note.interval_said", {
        percent: formatShare(note.confidence, language, 0),
        resamples: formatCount(finding?.resamples ?? 0, language),
        parts: formatCount(note.parts, language),
      }),
    ],
    [t("drivers.note.computed"), formatMoment(note.computed_at, language)],
    [t("drivers.note.version"), String(note.method_version)],
  ];
  return (
    <Popover width={380} position="bottom-end" withinPortal shadow="sm" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconInfoCircle size={15} stroke={1.6} aria-hidden />}
        >
          {t("drivers.note.open")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.note}>
        <p>{t(`drivers.method_said.${asked.method ?? "shapley"}`)}</p>
        <p>{t("drivers.note.potential")}</p>
        <dl>
          {facts.map(([name, value]) => (
            <div key={name + value}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p className={classes.source}>{note.source}</p>
        {note.confidential && <p>{t("metrics.confidential")}</p>}
      </Popover.Dropdown>
    </Popover>
  );
}
