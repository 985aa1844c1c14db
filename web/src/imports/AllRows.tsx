import { NativeSelect, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../i18n";
import { CHANNELS } from "../touchpoints/model";
import { DayInput } from "../ui/form/DayInput";
import { Section } from "../ui/page/Page";
import { useCodes } from "./codes";
import classes from "./imports.module.css";
import type { Change, Mapping } from "./model";

type AllRowsOf = NonNullable<Mapping["all_rows"]>;

interface AllRowsProps {
  mapping: Mapping;
  onChange: (make: Change) => void;
}

/** What holds for every row, where no column says otherwise. */
export function AllRows({ mapping, onChange }: AllRowsProps) {
  const { t } = useTranslation();
  const codes = useCodes();
  const all: AllRowsOf = mapping.all_rows ?? {};
  const set = (change: Partial<AllRowsOf>) =>
    onChange((now) => ({ ...now, all_rows: { ...now.all_rows, ...change } }));
  const roles = new Set(mapping.columns?.map(({ role }) => role.is));
  const customers = mapping.target.kind === "customers";
  const none = { value: "", label: t("imports.all_rows.none") };
  return (
    <Section title={t("imports.all_rows.title")} lead={t("imports.all_rows.lead")}>
      <div className={classes.fields}>
        {!customers && !roles.has("occurred_at") && (
          <DayInput
            label={t("imports.all_rows.occurred_at")}
            description={t("imports.all_rows.occurred_at_help")}
            value={all.occurred_at?.slice(0, 10) ?? ""}
            onChange={(day) => set({ occurred_at: day || null })}
          />
        )}
        {!customers &&
          (["touchpoint", "unit", "offering"] as const)
            .filter((each) => !roles.has(each) && codes[each].length > 0)
            .map((each) => (
              <NativeSelect
                key={each}
                label={t(`imports.role.${each}`)}
                value={all[each] ?? ""}
                onChange={(event) => set({ [each]: event.currentTarget.value || null })}
                data={[none, ...codes[each]]}
              />
            ))}
        {!customers && !roles.has("channel") && (
          <NativeSelect
            label={t("imports.role.channel")}
            value={all.channel ?? ""}
            onChange={(event) => set({ channel: event.currentTarget.value || null })}
            data={[
              none,
              ...CHANNELS.map((value) => ({ value, label: t(`touchpoints.channel.${value}`) })),
            ]}
          />
        )}
        {!customers && !roles.has("language") && (
          <NativeSelect
            label={t("imports.role.language")}
            value={all.language ?? ""}
            onChange={(event) => set({ language: event.currentTarget.value || null })}
            data={[
              { value: "", label: t("imports.all_rows.by_text") },
              ...LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) })),
            ]}
          />
        )}
        <TagsInput
          label={t("imports.missing.label")}
          description={t("imports.missing.help")}
          value={mapping.missing ?? []}
          onChange={(missing) => onChange((now) => ({ ...now, missing }))}
        />
        {roles.has("occurred_at") && (
          <TextInput
            label={t("imports.all_rows.time_zone")}
            value={mapping.time_zone ?? ""}
            onChange={(event) => {
              const time_zone = event.currentTarget.value;
              onChange((now) => ({ ...now, time_zone }));
            }}
          />
        )}
      </div>
    </Section>
  );
}
