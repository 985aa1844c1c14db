/** Lines of the audit log in words: who, what, and what changed. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../api/types";
import { formatDate } from "../format/date";
import { formatCount } from "../format/number";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { metricsQuery } from "../metrics/queries";
import { useOfferingName, useTouchpointName } from "../touchpoints/names";
import { cutSentence, type DetailName, detailsOf } from "./audit";
import { surveyTitlesQuery } from "./queries";
import { useUnitName } from "./units/units";

export function useAuditWords(lines: readonly AuditEntry[], all = false) {
  const { t, i18n } = useTranslation();
  const language = useLanguage();
  const speaksOf = (prefix: string) =>
    all ||
    lines.some((line) => line.subject.startsWith(prefix) || line.action.startsWith("retention."));
  const { data: surveys } = useQuery({ ...surveyTitlesQuery, enabled: speaksOf("srv_") });
  const { data: metrics } = useQuery({ ...metricsQuery, enabled: speaksOf("met_") });
  const unitName = useUnitName();
  const touchpointName = useTouchpointName();
  const offeringName = useOfferingName();

  const who = (line: AuditEntry) => {
    if (line.actor === "operator") return t("settings.audit.operator");
    if (line.actor === "system") return t("settings.audit.system");
    return line.actor_name ?? line.actor;
  };

  const what = (line: AuditEntry): string => {
    const id = line.subject;
    const detail = (line.detail ?? {}) as Record<string, unknown>;
    const named = (name: LocalizedText | undefined, otherwise: string) =>
      localized(name, language, otherwise);
    switch (id.slice(0, 3)) {
      case "srv":
        return named(surveys?.get(id), shortly(id));
      case "met":
        return named(metrics?.find((each) => each.id === id)?.name, shortly(id));
      case "drv":
      case "loy":
        return named(detail.name as LocalizedText | undefined, shortly(id));
      case "unt": {
        const name = unitName(id);
        return name === id ? (line.subject_name ?? id) : name;
      }
      case "tch":
        return touchpointName(id);
      case "off":
        return offeringName(id);
    }
    if (line.subject_name) return line.subject_name;
    if (typeof detail.survey === "string") {
      return named(surveys?.get(detail.survey), shortly(detail.survey));
    }
    if (line.action.startsWith("attribute.")) {
      return named(detail.label as LocalizedText | undefined, id);
    }
    return typeof detail.code === "string" ? detail.code : shortly(id);
  };

  const sentenceOf = (line: AuditEntry, marks: { who: string; what: string }) => {
    const key = `settings.audit.said.${line.action.replace(".", "_")}`;
    return i18n.exists(key)
      ? String(i18n.t(key as never, marks as never))
      : t("settings.audit.said_unknown", { ...marks, action: line.action });
  };
  const sentence = (line: AuditEntry) =>
    cutSentence(sentenceOf(line, { who: "{{who}}", what: "{{what}}" }));
  const plain = (line: AuditEntry) => sentenceOf(line, { who: who(line), what: what(line) });

  const value = (name: DetailName, given: unknown): string => {
    if (given === null || given === undefined || given === "") {
      return t("settings.audit.details.nothing");
    }
    if (typeof given === "boolean") {
      if (name === "granted") {
        return t(`settings.audit.details.${given ? "granted" : "withdrawn"}`);
      }
      return t(`settings.audit.details.${given ? "yes" : "no"}`);
    }
    if (typeof given === "number") return formatCount(given, language);
    if (Array.isArray(given)) {
      if (name === "units" && given.length === 0) return t("settings.audit.details.everywhere");
      if (name === "voices") return formatCount(given.length, language);
      return given.map((each) => value(name, each)).join(language === "ja" ? "・" : ", ");
    }
    if (typeof given === "object") return localized(given as LocalizedText, language, "");
    const text = String(given);
    if (name === "units") return unitName(text);
    for (const key of [
      `shell.role.${text}`,
      `settings.permission.${text}`,
      `settings.erasure.modes_short.${text}`,
      `settings.erasure.reasons.${text}`,
      `settings.units.kinds.${text}`,
      `language.${text}`,
      `settings.audit.details.${text}`,
    ]) {
      if (WORDS[name]?.some((area) => key.startsWith(area)) && i18n.exists(key)) {
        return String(i18n.t(key as never));
      }
    }
    return /^\d{4}-\d{2}-\d{2}$/.test(text) ? formatDate(text, language) : text;
  };

  const details = (line: AuditEntry): string[] =>
    detailsOf(line.detail).map(({ name, from, to }) => {
      const known = name as DetailName;
      if (known === "archived") {
        return t(`settings.audit.details.${to ? "archived" : "not_archived"}`);
      }
      // Of settings with many parts it is said that they changed; the parts are on their screen.
      if (known === "privacy" || known === "move") return t(`settings.audit.details.${known}`);
      const words = { name: t(`settings.audit.details.${known}`), to: value(known, to) };
      return from === undefined
        ? t("settings.audit.details.new_value", words)
        : t("settings.audit.details.change", { ...words, from: value(known, from) });
    });

  return { who, what, sentence, plain, details };
}

/** What has no name in the log, people above all, is told by the end of its id. */
const shortly = (id: string) => (id.length > 20 ? `…${id.slice(-8)}` : id);

/** Which catalogue has the words of a detail. */
const WORDS: Partial<Record<DetailName, string[]>> = {
  role: ["shell.role."],
  permissions: ["settings.permission."],
  mode: ["settings.erasure.modes_short."],
  reason: ["settings.erasure.reasons."],
  kind: ["settings.units.kinds."],
  language: ["language."],
  fields: ["settings.audit.details."],
};
