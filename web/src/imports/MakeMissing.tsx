import { Alert, Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Channel, StageName } from "../api/types";
import { useLanguage } from "../i18n/language";
import { useMay } from "../session/session";
import { UNIT_KINDS, useKindName } from "../settings/units/kinds";
import { UnitSelect } from "../settings/units/UnitSelect";
import { unitsQuery } from "../settings/units/units";
import { CHANNELS, STAGES } from "../touchpoints/model";
import { touchpointsQuery } from "../touchpoints/queries";
import { toastDone } from "../ui/toast";
import classes from "./imports.module.css";
import type { Missing } from "./missing";

interface Choice {
  channel: Channel;
  stage: StageName;
  kind: string;
}

const FIRST: Choice = { channel: "store", stage: "use_and_support", kind: "store" };

interface MakeMissingProps {
  is: "touchpoint" | "unit";
  missing: Missing[];
  /** What is there now, also when not all of it could be made. */
  onMade: (made: Missing[]) => void;
}

/** The touchpoints or units that a file names, each with what it is, made with one press. */
export function MakeMissing({ is, missing, onMade }: MakeMissingProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const kindName = useKindName();
  const queries = useQueryClient();
  const may = useMay(is === "unit" ? "edit_organisation" : "edit_touchpoints");
  const units = useQuery(unitsQuery());
  const roots = (units.data ?? []).filter((unit) => !unit.parent_id);
  const [parent, setParent] = useState<string | null>();
  const below = parent === undefined ? (roots.length === 1 && roots[0]?.id) || null : parent;
  const [all, setAll] = useState<Choice>(FIRST);
  const [own, setOwn] = useState<Record<string, Partial<Choice>>>({});
  const choiceOf = ({ code }: Missing): Choice => ({ ...all, ...own[code] });
  const make = useMutation({
    mutationFn: async () => {
      const made: Missing[] = [];
      try {
        for (const one of missing) {
          const { channel, stage, kind } = choiceOf(one);
          const name = { [language]: one.cell.trim() };
          if (is === "unit") {
            await unwrap(
              api.POST("/api/units", { body: { code: one.code, name, kind, parent_id: below } }),
            );
          } else {
            await unwrap(
              api.POST("/api/touchpoints", {
                body: { code: one.code, name, channel, stage, experience: "direct" },
              }),
            );
          }
          made.push(one);
        }
      } finally {
        await queries.invalidateQueries({
          queryKey: is === "unit" ? ["units"] : touchpointsQuery.queryKey,
        });
        onMade(made);
      }
      return made.length;
    },
    onSuccess: (count) => toastDone(t("imports.codes.made", { count })),
  });
  const problem = make.error ? asProblem(make.error) : null;
  const fields = (
    value: Choice,
    label: (part: string) => string,
    set: (change: Partial<Choice>) => void,
  ) =>
    is === "unit" ? (
      <NativeSelect
        size="xs"
        aria-label={label(t("settings.units.kind"))}
        value={value.kind}
        onChange={(event) => set({ kind: event.currentTarget.value })}
        data={UNIT_KINDS.map((each) => ({ value: each, label: kindName(each) }))}
      />
    ) : (
      <>
        <NativeSelect
          size="xs"
          aria-label={label(t("touchpoints.channel_label"))}
          value={value.channel}
          onChange={(event) => set({ channel: event.currentTarget.value as Channel })}
          data={CHANNELS.map((each) => ({ value: each, label: t(`touchpoints.channel.${each}`) }))}
        />
        <NativeSelect
          size="xs"
          aria-label={label(t("touchpoints.stage_label"))}
          value={value.stage}
          onChange={(event) => set({ stage: event.currentTarget.value as StageName })}
          data={STAGES.map((each) => ({ value: each, label: t(`touchpoints.stage.${each}`) }))}
        />
      </>
    );
  return (
    <fieldset className={classes.making} disabled={make.isPending}>
      <legend>{t(`imports.codes.make_title.${is}`, { count: missing.length })}</legend>
      {is === "unit" && (
        <UnitSelect
          label={t("imports.codes.parent")}
          value={below}
          onChange={setParent}
          clearable
          placeholder={t("imports.codes.no_parent")}
        />
      )}
      <ul>
        {missing.length > 1 && (
          <li>
            <span className="meta">{t("imports.codes.for_all")}</span>
            {fields(
              all,
              (part) => t("field.pair", { name: t("imports.codes.for_all"), value: part }),
              (change) => {
                setAll((now) => ({ ...now, ...change }));
                setOwn({});
              },
            )}
          </li>
        )}
        {missing.map((one) => (
          <li key={one.code}>
            <span>{one.cell.trim()}</span>
            {fields(
              choiceOf(one),
              (part) => t("field.pair", { name: one.cell.trim(), value: part }),
              (change) =>
                setOwn((now) => ({ ...now, [one.code]: { ...now[one.code], ...change } })),
            )}
          </li>
        ))}
      </ul>
      {problem && (
        <Alert color="red" variant="light" role="alert">
          {problem.fields.map(({ message }) => message).join(" ") ||
            problem.detail ||
            t("state.error_network")}
        </Alert>
      )}
      <Button
        size="xs"
        loading={make.isPending}
        disabled={!may}
        title={may ? undefined : t("state.no_reason")}
        onClick={() => make.mutate()}
      >
        {t(`imports.codes.make_all.${is}`, { count: missing.length })}
      </Button>
    </fieldset>
  );
}
