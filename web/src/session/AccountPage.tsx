import { Alert, Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import type { Components } from "../api/types";
import { changeLanguage, LANGUAGES } from "../i18n";
import formClasses from "../ui/form/form.module.css";
import { Page, Section } from "../ui/page/Page";
import { toastDone } from "../ui/toast";
import { sessionQuery, useSession } from "./session";

/** What members settle for themselves: their name, their language, their password. */
export function AccountPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("session.account.title")} lead={t("session.account.lead")} width="reading">
      <Section title={t("session.account.profile")}>
        <ProfileForm />
      </Section>
      <Section title={t("session.account.password")}>
        <PasswordForm />
      </Section>
    </Page>
  );
}

function useProfileChange(onSuccess: () => void) {
  const queries = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (body: Components["ProfileChange"]) =>
      unwrap(api.PATCH("/api/session/member", { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toastDone(t("state.saved"));
      onSuccess();
    },
  });
}

function ProfileForm() {
  const { t } = useTranslation();
  const { member } = useSession();
  const [name, setName] = useState(member.name);
  const [language, setLanguage] = useState(member.language);
  const save = useProfileChange(() => void changeLanguage(language));
  const problem = save.isError ? asProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim(), language });
  };
  return (
    <form className={formClasses.form} onSubmit={submit}>
      <TextInput label={t("field.email")} value={member.email} disabled />
      <TextInput
        label={t("session.account.name")}
        required
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={problem?.forField("name")}
      />
      <Select
        label={t("field.language")}
        data={LANGUAGES.map((each) => ({ value: each, label: t(`language.${each}`) }))}
        value={language}
        onChange={(next) => (next === "ja" || next === "en") && setLanguage(next)}
      />
      <div className={formClasses.buttons}>
        <Button type="submit" loading={save.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const save = useProfileChange(() => {
    setCurrent("");
    setNext("");
  });
  const problem = save.isError ? asProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ password: { current, new: next } });
  };
  return (
    <form className={formClasses.form} onSubmit={submit}>
      {problem && problem.fields.length === 0 && (
        <Alert color="red" variant="light" role="alert">
          {problem.detail || t("state.error_network")}
        </Alert>
      )}
      <PasswordInput
        label={t("session.account.current")}
        required
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={problem?.forField("current")}
      />
      <PasswordInput
        label={t("session.account.new")}
        description={t("session.account.new_help")}
        required
        autoComplete="new-password"
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
        error={problem?.forField("new")}
      />
      <div className={formClasses.buttons}>
        <Button type="submit" loading={save.isPending}>
          {t("session.account.change_password")}
        </Button>
      </div>
    </form>
  );
}
