import { ActionIcon, SegmentedControl, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff, IconTimeline } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerDetail, TimelineEntry } from "../api/types";
import { fieldDimension, fieldName, fieldOf } from "../filters/fields";
import { fieldsQuery } from "../filters/queries";
import { formatDate, formatTime } from "../format/date";
import { localized, useLanguage } from "../i18n/language";
import { useUnitName } from "../settings/units/units";
import { useTouchpointName } from "../touchpoints/names";
import { EmptyState, ErrorState, ListSkeleton } from "../ui/page/states";
import { LoadMore } from "../ui/table/LoadMore";
import { useUrlState } from "../ui/urlState";
import { VoiceText } from "../voices/VoiceList";
import classes from "./customers.module.css";
import { useAttributeName, useAttributeValue } from "./identity";
import { byDay, KINDS, type Kind, kindOf, shownText, type Told, told, valueText } from "./model";
import { timelineQuery } from "./queries";

const readSearch = (search: Record<string, unknown>) => ({
  kind: KINDS.find((kind) => kind === search.kind),
});

/** Everything between a customer and the company, newest first; personal data in words masked. */
export function Timeline({ customer }: { customer: CustomerDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [{ kind }, setSearch] = useUrlState(readSearch);
  const [unmasked, setUnmasked] = useState(false);
  const everything = useInfiniteQuery(timelineQuery(customer.id));
  const timeline = useInfiniteQuery(timelineQuery(customer.id, kind, unmasked));
  if (timeline.isPending) return <ListSkeleton />;
  if (timeline.isError) {
    return <ErrorState error={timeline.error} onRetry={() => timeline.refetch()} />;
  }
  const known = everything.data?.pages.flatMap((page) => page.items) ?? [];
  const entries = timeline.data.pages.flatMap((page) => page.items);
  if (entries.length === 0 && !kind) {
    return (
      <EmptyState
        icon={IconTimeline}
        title={t("customers.timeline_empty_title")}
        body={t("customers.timeline_empty_body")}
      />
    );
  }
  const present = KINDS.filter(
    (each) => each === kind || known.some((entry) => kindOf(entry) === each),
  );
  const hidden = entries.some((entry) => entry.voices.some((voice) => voice.masked));
  return (
    <>
      <div className={classes.tools}>
        {present.length > 1 && (
          <SegmentedControl
            className={classes.kinds}
            size="xs"
            aria-label={t("customers.show")}
            value={kind ?? "all"}
            onChange={(next) =>
              setSearch({ kind: next === "all" ? undefined : (next as Exclude<Kind, "other">) })
            }
            data={[
              { value: "all", label: t("customers.show_all") },
              ...present.map((each) => ({ value: each, label: t(`customers.kind.${each}`) })),
            ]}
          />
        )}
        {(hidden || unmasked) && (
          <span className={classes.mask}>
            {hidden && <span className="meta">{t("voices.masked")}</span>}
            <Tooltip label={t("voices.unmask_help")} multiline w={240}>
              <ActionIcon
                size={32}
                variant="default"
                aria-pressed={unmasked}
                aria-label={t(unmasked ? "voices.mask" : "voices.unmask")}
                onClick={() => setUnmasked((current) => !current)}
              >
                {unmasked ? (
                  <IconEyeOff size={16} stroke={1.6} aria-hidden />
                ) : (
                  <IconEye size={16} stroke={1.6} aria-hidden />
                )}
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </div>
      {entries.length === 0 && <p className="meta">{t("customers.timeline_none_of_kind")}</p>}
      <ol className={classes.days}>
        {byDay(entries).map(({ day, entries: ofDay }) => (
          <li key={`${day}-${ofDay[0]?.id}`} className={classes.day}>
            <h3 className={classes.date}>{formatDate(day, language)}</h3>
            <ol className={classes.entries}>
              {ofDay.map((entry) => (
                <Entry key={entry.id} entry={entry} customer={customer} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
      <LoadMore query={timeline} />
    </>
  );
}

function Entry({ entry, customer }: { entry: TimelineEntry; customer: CustomerDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const unitName = useUnitName();
  const touchpointName = useTouchpointName();
  const { data: fields } = useQuery(fieldsQuery);
  const kind = kindOf(entry);
  const kindName = t(`customers.kind.${kind}`);
  const streamField = fields?.find((each) => each.stream === entry.stream);
  const title = localized(
    entry.title,
    language,
    localized(streamField?.stream_name, language, kindName),
  );
  const values = told(entry.values, customer.attributes);
  const place = [
    entry.touchpoint_id && touchpointName(entry.touchpoint_id),
    entry.unit_id && unitName(entry.unit_id),
  ].filter(Boolean);
  return (
    <li className={classes.entry} data-kind={kind}>
      <div className={classes.entryHead}>
        <span className={classes.entryTitle}>{title}</span>
        <span className="meta">
          {[title === kindName ? null : kindName, ...place].filter(Boolean).join(" · ")}
        </span>
        <time className="meta num" dateTime={entry.at}>
          {formatTime(entry.at, language)}
        </time>
      </div>
      {values.length > 0 && (
        <ul className={classes.values}>
          {values.map((each) => (
            <Value key={each.name} stream={entry.stream} told={each} />
          ))}
        </ul>
      )}
      {entry.voices.map((voice) => (
        <blockquote key={voice.field} className={classes.quote}>
          <VoiceText voice={voice} />
        </blockquote>
      ))}
    </li>
  );
}

/** One value of a record: a field of its stream, or what was known of the customer then. */
function Value({ stream, told: { name, value, attribute } }: { stream: string; told: Told }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const attributeName = useAttributeName();
  const attributeValue = useAttributeValue();
  const { data: fields } = useQuery(fieldsQuery);
  if (attribute) {
    return (
      <li>
        {t("metrics.attribute_then", { name: attributeName(attribute) })}{" "}
        <b className="num">{attributeValue(attribute, value)}</b>
      </li>
    );
  }
  const field = fieldOf(fieldDimension({ stream, field: name }), fields);
  const shown =
    typeof value === "boolean"
      ? t(value ? "customers.yes" : "customers.no")
      : shownText(value, language);
  return (
    <li>
      {field ? fieldName(field, language) : name}{" "}
      <b className="num">{localized(field?.values[valueText(value)], language, shown)}</b>
    </li>
  );
}
