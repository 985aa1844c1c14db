import { ColorInput, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SurveyDocument } from "../document";
import classes from "./build.module.css";
import type { DraftEditor } from "./useDraft";

const KINDS = ["transactional", "relational"] as const;
const IDENTITIES = ["identified", "confidential"] as const;
const LIMITS = ["once_per_link", "once_per_browser", "unlimited"] as const;

/** What the survey is, who answers and how often, and what it looks like. */
export function SurveyProperties({ draft }: { draft: DraftEditor }) {
  const { t } = useTranslation();
  const { document } = draft.state;
  const { programme = {}, privacy = {}, answering = {}, theme = {} } = document;
  const set = (place: string, change: Partial<SurveyDocument>) =>
    draft.dispatch({ do: "changeSurvey", change, place });
  return (
    <div className={classes.properties}>
      <Select
        label={t("surveys.kind")}
        description={t(`surveys.kind_help.${programme.kind ?? "transactional"}`)}
        data={KINDS.map((value) => ({ value, label: t(`surveys.kinds.${value}`) }))}
        value={programme.kind ?? "transactional"}
        allowDeselect={false}
        onChange={(kind) => set("kind", { programme: { ...programme, kind: kind ?? KINDS[0] } })}
      />
      <Select
        label={t("surveys.identity")}
        description={t(`surveys.identity_help.${programme.identity ?? "identified"}`)}
        data={IDENTITIES.map((value) => ({ value, label: t(`surveys.identities.${value}`) }))}
        value={programme.identity ?? "identified"}
        allowDeselect={false}
        onChange={(identity) =>
          set("identity", { programme: { ...programme, identity: identity ?? IDENTITIES[0] } })
        }
      />
      <Select
        label={t("surveys.limit")}
        data={LIMITS.map((value) => ({ value, label: t(`surveys.limits.${value}`) }))}
        value={answering.limit ?? "once_per_link"}
        allowDeselect={false}
        onChange={(limit) =>
          set("limit", { answering: { ...answering, limit: limit ?? LIMITS[0] } })
        }
      />
      <TextInput
        label={`${t("surveys.privacy.policy_url")} (${t("field.optional")})`}
        type="url"
        value={privacy.policy_url ?? ""}
        onChange={(event) =>
          set("policy", { privacy: { ...privacy, policy_url: event.currentTarget.value || null } })
        }
      />
      <NumberInput
        label={`${t("surveys.privacy.retention")} (${t("field.optional")})`}
        min={1}
        allowDecimal={false}
        value={privacy.retention_days ?? ""}
        onChange={(days) =>
          set("retention", {
            privacy: { ...privacy, retention_days: typeof days === "number" ? days : null },
          })
        }
      />
      <ColorInput
        label={`${t("surveys.accent")} (${t("field.optional")})`}
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
