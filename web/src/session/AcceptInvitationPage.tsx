import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import { useLanguage } from "../i18n/language";
import { paths } from "../paths";
import { AppLink } from "../ui/AppLink";
import { Door } from "./Door";
import classes from "./Door.module.css";
import { sessionQuery } from "./session";

/** The shortest password the server takes. */
const PASSWORD_LENGTH_MIN = 10;

export function AcceptInvitationPage() {
  const { t } = useTranslation();
  const { token = "" } = useParams({ strict: false }) as { token?: string };
  const language = useLanguage();
  const queries = useQueryClient();
  const router = useRouter();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const accept = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/invitations/accept", {
          body: { token, name: name.trim(), password, language },
        }),
      ),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      router.history.push(paths.home());
    },
  });
  const problem = accept.isError ? asProblem(accept.error) : null;
  const used = problem !== null && [404, 409, 410].includes(problem.status);
  const short = [...password].length < PASSWORD_LENGTH_MIN;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() && !short && password === again) accept.mutate();
  };

  return (
    <Door title={t("session.invitation.title")} lead={t("session.invitation.lead")}>
      <form className={classes.form} onSubmit={submit} noValidate>
        {problem && (
          <Alert color="red" variant="light" role="alert">
            {used ? (
              <>
                {t("session.invitation.used")}{" "}
                <AppLink to={paths.signIn()}>{t("session.invitation.sign_in_instead")}</AppLink>
              </>
            ) : (
              problem.detail || t("state.error_network")
            )}
          </Alert>
        )}
        <TextInput
          label={t("session.invitation.name")}
          autoComplete="name"
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={
            tried && !name.trim() ? t("session.invitation.name_missing") : problem?.forField("name")
          }
        />
        <PasswordInput
          label={t("session.invitation.password")}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={tried && short ? t("session.invitation.short") : problem?.forField("password")}
        />
        <PasswordInput
          label={t("session.invitation.password_again")}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={tried && password !== again ? t("session.invitation.mismatch") : undefined}
        />
        <Button type="submit" loading={accept.isPending} mt={8} size="md">
          {t("session.invitation.submit")}
        </Button>
      </form>
    </Door>
  );
}
