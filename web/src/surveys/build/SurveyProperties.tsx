import { ColorInput, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DayInput } from "../../ui/form/DayInput";
import type { SurveyDocument } from "../document";
import { fromLocal, localZone, toLocal } from "../moments";
import classes from "./build.module.css";
import { LogoField } from "./LogoField";
import type { BuilderDraft } from "./useDraft";

const KINDS = ["transactional", "relational"] as const;
const IDENTITIES = ["identified", "confidential"] as const;
const AUDIENCES = ["customers", "employees"] as const;
const LIMITS = ["once_per_link", "once_per_browser", "unlimited"] as const;

/** What the survey is, who answers, how often and until when, and what it looks like. */
export function SurveyProperties({ draft }: { draft: BuilderDraft }) {
  const { t } = useTranslation();
  const { document } = draft.state;
  const { programme = {}, privacy = {}, answering = {}, theme = {} } = document;
  const optional = t("field.optional");
  const set = (place: string, change: Partial<SurveyDocument>) =>
    draft.dispatch({ do: "changeSurvey", change, place });
  return (
    <div className={classes.properties}>
      <h2 className={classes.caption}>{t("builder.programme")}</h2>
      <Select
        data-field="programme.kind"
        label={t("surveys.kind")}
        description={t(`surveys.kind_help.${programme.kind ?? "transactional"}`)}
        data={KINDS.map((value) => ({ value, label: t(`surveys.kinds.${value}`) }))}
        value={programme.kind ?? "transactional"}
        allowDeselect={false}
        onChange={(kind) => set("kind", { programme: { ...programme, kind: kind ?? KINDS[0] } })}
      />
      <Select
        label={t("builder.audience")}
        data={AUDIENCES.map((value) => ({ value, label: t(`builder.audiences.${value}`) }))}
        value={programme.audience ?? "customers"}
        allowDeselect={false}
        onChange={(audience) =>
          set("audience", { programme: { ...programme, audience: audience ?? AUDIENCES[0] } })
        }
      />
      <Select
        data-field="programme.identity"
        label={t("surveys.identity")}
        description={t(`surveys.identity_help.${programme.identity ?? "identified"}`)}
        data={IDENTITIES.map((value) => ({ value, label: t(`surveys.identities.${value}`) }))}
        value={programme.identity ?? "identified"}
        allowDeselect={false}
        onChange={(identity) =>
          set("identity", { programme: { ...programme, identity: identity ?? IDENTITIES[0] } })
        }
      />
      <h2 className={classes.caption}>{t("builder.answering")}</h2>
      <Select
        label={t("surveys.limit")}
        description={t(`builder.limit_help.${answering.limit ?? "once_per_link"}`)}
        data={LIMITS.map((value) => ({ value, label: t(`surveys.limits.${value}`) }))}
        value={answering.limit ?? "once_per_link"}
        allowDeselect={false}
        onChange={(limit) =>
          set("limit", { answering: { ...answering, limit: limit ?? LIMITS[0] } })
        }
      />
      <DayInput
        data-field="answering.closes_at"
        time
        label={t("field.noted", { label: t("builder.closes_at"), note: optional })}
        description={t("builder.closes_at_help", { zone: localZone() })}
        value={toLocal(answering.closes_at)}
        onChange={(moment) =>
          set("closes_at", { answering: { ...answering, closes_at: fromLocal(moment) } })
        }
      />
      <h2 className={classes.caption}>{t("builder.privacy")}</h2>
      <TextInput
        data-field="privacy.policy_url"
        label={t("field.noted", { label: t("surveys.privacy.policy_url"), note: optional })}
        type="url"
        value={privacy.policy_url ?? ""}
        onChange={(event) =>
          set("policy", { privacy: { ...privacy, policy_url: event.currentTarget.value || null } })
        }
      />
      <NumberInput
        data-field="privacy.retention_days"
        label={t("field.noted", { label: t("surveys.privacy.retention"), note: optional })}
        description={t("builder.retention_help")}
        min={1}
        allowDecimal={false}
        value={privacy.retention_days ?? ""}
        onChange={(days) =>
          set("retention", {
            privacy: { ...privacy, retention_days: typeof days === "number" ? days : null },
          })
        }
      />
      <h2 className={classes.caption}>{t("builder.look")}</h2>
      <LogoField
        logo={theme.logo}
        onChange={(logo) => set("logo", { theme: { ...theme, logo } })}
      />
      <ColorInput
        data-field="theme.accent"
        label={t("field.noted", { label: t("surveys.accent"), note: optional })}
        format="hex"
        value={theme.accent ?? ""}
        onChange={(accent) => {
          // Half-typed colours stay in the field until they are whole.
          if (accent === "" || /^#[0-9a-f]{6}$/i.test(accent)) {
            set("accent", { theme: { ...theme, accent: accent || null } });
          }
        }}
        eyeDropperButtonProps={{ "aria-label": t("surveys.pick_colour") }}
      />
    </div>
  );
}
