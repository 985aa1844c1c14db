import { Alert, Button, NumberInput, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Organisation } from "../api/types";
import { formatMoment } from "../format/date";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { sessionQuery, useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";
import formClasses from "../ui/form/form.module.css";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import { Page, Section } from "../ui/page/Page";
import { ErrorState, ListSkeleton, QueryState } from "../ui/page/states";
import { DataTable } from "../ui/table/DataTable";
import { LoadMore } from "../ui/table/LoadMore";
import { toastDone } from "../ui/toast";
import { stateOf } from "./erasures";
import { erasuresQuery, organisationQuery } from "./queries";
import { Retention } from "./Retention";

export function PrivacyPage() {
  const { t } = useTranslation();
  const organisation = useQuery(organisationQuery);
  const mayErase = useMay("erase_people");
  return (
    <Page title={t("settings.privacy.title")} lead={t("settings.privacy.lead")} width="reading">
      <QueryState query={organisation}>
        {(data) => <PrivacyForm key={data.id} organisation={data} />}
      </QueryState>
      {mayErase && <Retention />}
      {mayErase && <Erasures />}
    </Page>
  );
}

function PrivacyForm({ organisation }: { organisation: Organisation }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const may = useMay("edit_organisation");
  const [form, setForm] = useState(organisation);
  const set = (next: Partial<Organisation>) => setForm((current) => ({ ...current, ...next }));
  const setPrivacy = (next: Partial<Organisation["privacy"]>) =>
    setForm((current) => ({ ...current, privacy: { ...current.privacy, ...next } }));
  const save = useMutation({
    mutationFn: () => {
      const { id: _id, ...body } = form;
      return unwrap(api.PATCH("/api/organisation", { body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: organisationQuery.queryKey });
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toastDone(t("state.saved"));
    },
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const months = Array.from({ length: 12 }, (_, index) => ({
    value: String(index + 1),
    label: t("settings.privacy.month", { month: index + 1 }),
  }));

  return (
    <form onSubmit={submit} className={formClasses.form}>
      {problem && problem.fields.length === 0 && (
        <Alert color="red" variant="light" role="alert">
          {problem.detail || t("state.error_network")}
        </Alert>
      )}
      <LocalizedTextField
        label={t("settings.privacy.purpose")}
        description={t("settings.privacy.purpose_help")}
        value={form.privacy.purpose ?? {}}
        onChange={(purpose) => setPrivacy({ purpose })}
        multiline
        disabled={!may}
        error={problem?.forField("purpose")}
      />
      <LocalizedTextField
        label={t("settings.privacy.controller")}
        value={form.privacy.controller ?? {}}
        onChange={(controller) => setPrivacy({ controller })}
        disabled={!may}
        error={problem?.forField("controller")}
      />
      <TextInput
        type="url"
        label={t("settings.privacy.policy_url")}
        placeholder="https://"
        value={form.privacy.policy_url ?? ""}
        onChange={(event) => setPrivacy({ policy_url: event.currentTarget.value || null })}
        disabled={!may}
        error={problem?.forField("policy_url")}
      />
      <NumberInput
        label={t("settings.privacy.retention")}
        description={t("settings.privacy.retention_help")}
        min={1}
        max={36_500}
        allowDecimal={false}
        hideControls
        value={form.privacy.retention_days ?? ""}
        onChange={(days) => setPrivacy({ retention_days: typeof days === "number" ? days : null })}
        disabled={!may}
        error={problem?.forField("retention_days")}
      />
      <Section title={t("settings.erasure.title")} lead={t("settings.erasure.lead")}>
        <Radio.Group
          label={t("settings.erasure.mode")}
          value={form.privacy.erasure ?? "delete"}
          onChange={(mode) => setPrivacy({ erasure: mode as "delete" | "anonymise" })}
        >
          <Stack gap={10} mt={8}>
            {(["delete", "anonymise"] as const).map((mode) => (
              <Radio
                key={mode}
                value={mode}
                disabled={!may}
                label={t(`settings.erasure.modes.${mode}`)}
                description={t(`settings.erasure.mode_help.${mode}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      </Section>
      <Section title={t("settings.privacy.organisation")}>
        <div className={formClasses.form}>
          <TextInput
            label={t("settings.privacy.organisation_name")}
            required
            value={form.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            disabled={!may}
            error={problem?.forField("name")}
          />
          <div className={formClasses.pair}>
            <Select
              label={t("settings.privacy.time_zone")}
              data={timeZones(form.time_zone)}
              value={form.time_zone}
              searchable
              limit={100}
              onChange={(zone) => zone && set({ time_zone: zone })}
              disabled={!may}
              error={problem?.forField("time_zone")}
            />
            <Select
              label={t("settings.privacy.fiscal_year_start")}
              data={months}
              value={String(form.fiscal_year_start)}
              onChange={(month) => month && set({ fiscal_year_start: Number(month) })}
              disabled={!may}
              error={problem?.forField("fiscal_year_start")}
            />
          </div>
        </div>
      </Section>
      <div className={formClasses.buttons}>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={!may}
          title={may ? undefined : t("state.no_reason")}
        >
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

/** Receipts of the people who were erased. */
function Erasures() {
  const { t } = useTranslation();
  const language = useLanguage();
  const erasures = useInfiniteQuery(erasuresQuery);
  if (erasures.isPending) return <ListSkeleton rows={3} />;
  if (erasures.isError) {
    return <ErrorState error={erasures.error} onRetry={() => erasures.refetch()} />;
  }
  const rows = erasures.data.pages.flatMap((page) => page.items);
  return (
    <Section title={t("settings.erasure.receipts")}>
      {rows.length === 0 ? (
        <p className="meta">{t("settings.erasure.none")}</p>
      ) : (
        <DataTable
          label={t("settings.erasure.receipts")}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "at",
              header: t("settings.erasure.at"),
              rowHeader: true,
              cell: (row) => (
                <AppLink to={paths.erasure(row.id)}>{formatMoment(row.at, language)}</AppLink>
              ),
            },
            {
              key: "reason",
              header: t("settings.erasure.reason"),
              wideOnly: true,
              cell: (row) => t(`settings.erasure.reasons.${row.reason}`),
            },
            {
              key: "mode",
              header: t("settings.erasure.mode_short"),
              wideOnly: true,
              cell: (row) => t(`settings.erasure.modes_short.${row.mode}`),
            },
            {
              key: "state",
              header: t("settings.erasure.state"),
              cell: (row) => t(`settings.erasure.states.${stateOf(row, Date.now())}`),
            },
          ]}
        />
      )}
      <LoadMore query={erasures} />
    </Section>
  );
}

/** Every zone the browser knows, and the current one in any case. */
function timeZones(current: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(current) ? known : [current, ...known];
}
