import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import { changeLanguage, languageWasChosen } from "../i18n";
import { safeReturn } from "../paths";
import { Door } from "./Door";
import classes from "./Door.module.css";
import { sessionQuery } from "./session";

export function SignInPage() {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as { return?: string };
  const queries = useQueryClient();
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST("/api/session", { body: { email, password } })),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      if (!languageWasChosen()) void changeLanguage(session.member.language);
      router.history.push(safeReturn(search.return));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };

  return (
    <Door title={t("session.sign_in.title")} lead={t("session.sign_in.lead")}>
      <form className={classes.form} onSubmit={submit}>
        {signIn.isError && (
          <Alert color="red" variant="light" role="alert">
            {failureText(signIn.error, t)}
          </Alert>
        )}
        {!signIn.isError && search.return && search.return !== "/" && (
          <Alert variant="light">{t("session.sign_in.ended")}</Alert>
        )}
        <TextInput
          label={t("session.sign_in.email")}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("session.sign_in.password")}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending} mt={8} size="md">
          {t("session.sign_in.submit")}
        </Button>
      </form>
    </Door>
  );
}

function failureText(error: unknown, t: TFunction): string {
  const problem = asProblem(error);
  if (problem.status === 401) return t("session.sign_in.wrong");
  if (problem.status === 429) return t("session.sign_in.too_many");
  return problem.detail || t("state.error_network");
}
