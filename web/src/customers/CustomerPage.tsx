import { Button, SegmentedControl } from "@mantine/core";
import { IconArrowMerge, IconTimeline } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerDetail, TimelineEntry } from "../api/types";
import { fieldDimension, fieldName, fieldOf } from "../filters/fields";
import { fieldsQuery } from "../filters/queries";
import { formatDate, formatMomentDay, formatTime } from "../format/date";
import { localized, useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { useUnitName } from "../settings/units/units";
import { useTouchpointName } from "../touchpoints/names";
import { Page, Section } from "../ui/page/Page";
import { EmptyState, ErrorState, ListSkeleton, QueryState } from "../ui/page/states";
import { LoadMore } from "../ui/table/LoadMore";
import { useUrlState } from "../ui/urlState";
import classes from "./customers.module.css";
import { useAttributeName, useIdentifierName } from "./identity";
import { MergeDialog } from "./MergeDialog";
import { byDay, KINDS, type Kind, kindOf, valueText } from "./model";
import { customerQuery, timelineQuery } from "./queries";

const readSearch = (search: Record<string, unknown>) => ({
  kind: KINDS.find((kind) => kind === search.kind),
});

export function CustomerPage() {
  const { t } = useTranslation();
  const { customerId = "" } = useParams({ strict: false }) as { customerId?: string };
  const language = useLanguage();
  const mayEdit = useMay("edit_people");
  const [merging, setMerging] = useState(false);
  const customer = useQuery(customerQuery(customerId));
  if (customer.data === undefined) {
    return (
      <Page title={t("customers.title")}>
        <QueryState query={customer}>{() => null}</QueryState>
      </Page>
    );
  }
  return (
    <Page
      title={customer.data.name ?? t("customers.unnamed")}
      kicker={t("customers.since", { date: formatMomentDay(customer.data.created_at, language) })}
      actions={
        mayEdit && (
          <Button
            variant="default"
            leftSection={<IconArrowMerge size={16} stroke={1.6} aria-hidden />}
            onClick={() => setMerging(true)}
          >
            {t("customers.merge")}
          </Button>
        )
      }
    >
      <div className={classes.customer}>
        <Section title={t("customers.timeline")}>
          <Timeline customer={customerId} />
        </Section>
        <aside>
          <Facts customer={customer.data} />
        </aside>
      </div>
      {merging && <MergeDialog customer={customer.data} onClose={() => setMerging(false)} />}
    </Page>
  );
}

function Facts({ customer }: { customer: CustomerDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const identifierName = useIdentifierName();
  const attributeName = useAttributeName();
  const facts: { name: string; key: string; value: string }[] = [
    ...customer.identifiers.map((each) => ({
      key: each.kind + each.value,
      name: identifierName(each.kind),
      value: each.value,
    })),
    ...Object.entries(customer.attributes).map(([key, value]) => ({
      key,
      name: attributeName(key),
      value: valueText(value),
    })),
    ...customer.accounts.map((account) => ({
      key: account.id,
      name: t("customers.account"),
      value: account.name,
    })),
    ...customer.consents.map((consent) => ({
      key: consent.purpose,
      name: `${t("customers.consents")}: ${consent.purpose}`,
      value: `${consent.granted ? t("customers.granted") : t("customers.refused")} (${formatMomentDay(consent.at, language)})`,
    })),
    ...(customer.last_contact_at
      ? [
          {
            key: "last_contact_at",
            name: t("customers.last_contact"),
            value: formatMomentDay(customer.last_contact_at, language),
          },
        ]
      : []),
  ];
  return (
    <dl className={classes.facts}>
      {facts.map((fact) => (
        <div key={fact.key}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Timeline({ customer }: { customer: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [{ kind }, setSearch] = useUrlState(readSearch);
  const timeline = useInfiniteQuery(timelineQuery(customer));
  if (timeline.isPending) return <ListSkeleton />;
  if (timeline.isError) {
    return <ErrorState error={timeline.error} onRetry={() => timeline.refetch()} />;
  }
  const entries = timeline.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) {
    return (
      <EmptyState
        icon={IconTimeline}
        title={t("customers.timeline_empty_title")}
        body={t("customers.timeline_empty_body")}
      />
    );
  }
  const present = KINDS.filter((each) => entries.some((entry) => kindOf(entry) === each));
  const shown = kind ? entries.filter((entry) => kindOf(entry) === kind) : entries;
  return (
    <>
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
      <ol className={classes.days}>
        {byDay(shown).map(({ day, entries: ofDay }) => (
          <li key={`${day}-${ofDay[0]?.id}`} className={classes.day}>
            <h3 className={classes.date}>{formatDate(day, language)}</h3>
            <ol className={classes.entries}>
              {ofDay.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
      <LoadMore query={timeline} />
    </>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
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
      {Object.keys(entry.values).length > 0 && (
        <ul className={classes.values}>
          {Object.entries(entry.values).map(([name, value]) => {
            const field = fieldOf(fieldDimension({ stream: entry.stream, field: name }), fields);
            const text = valueText(value);
            return (
              <li key={name}>
                {field ? fieldName(field, language) : name}{" "}
                <b className="num">{localized(field?.values[text], language, text)}</b>
              </li>
            );
          })}
        </ul>
      )}
      {entry.voices.map((voice) => (
        <blockquote key={voice.field} className={classes.quote}>
          {voice.text}
        </blockquote>
      ))}
    </li>
  );
}
