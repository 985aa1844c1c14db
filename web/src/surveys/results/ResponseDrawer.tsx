import { Button, Drawer } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { asProblem } from "../../api/problem";
import { useDimensionValueName } from "../../filters/names";
import { formatMoment } from "../../format/date";
import { formatDecimal } from "../../format/number";
import { localized, useLanguage } from "../../i18n/language";
import { paths } from "../../paths";
import { useMay } from "../../session/session";
import { AppLink } from "../../ui/AppLink";
import { ConfirmDialog } from "../../ui/form/ConfirmDialog";
import { QueryState } from "../../ui/page/states";
import { toastDone } from "../../ui/toast";
import type { SurveyDocument } from "../document";
import { responseQuery, versionQuery } from "../queries";
import { AnswerField } from "./AnswerField";
import { type Answers, answerable, type Response, reading } from "./answers";
import classes from "./results.module.css";

interface ResponseDrawerProps {
  id: string | undefined;
  onClose: () => void;
}

/** One response: every answer, and its correction or deletion. */
export function ResponseDrawer({ id, onClose }: ResponseDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={520}
      title={t("surveys.results.response")}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {id && <Loaded key={id} id={id} onClose={onClose} />}
    </Drawer>
  );
}

function Loaded({ id, onClose }: { id: string; onClose: () => void }) {
  const response = useQuery(responseQuery(id));
  const version = useQuery({
    ...versionQuery(response.data?.survey_id ?? "", response.data?.version ?? 0),
    enabled: response.data !== undefined,
  });
  return (
    <QueryState query={response}>
      {(data) => (
        <QueryState query={version}>
          {({ document }) => <Shown response={data} document={document} onClose={onClose} />}
        </QueryState>
      )}
    </QueryState>
  );
}

interface ShownProps {
  response: Response;
  document: SurveyDocument;
  onClose: () => void;
}

function Shown({ response, document, onClose }: ShownProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const may = useMay("edit_responses");
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  // Every figure may rest on this response.
  const changed = () =>
    Promise.all(
      [["surveys", response.survey_id], ["responses"], ["metrics"], ["voices"]].map((queryKey) =>
        queries.invalidateQueries({
          queryKey,
          predicate: ({ queryKey: key }) => key[2] !== "versions",
        }),
      ),
    );
  const remove = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/responses/{id}", { params: { path: { id: response.id } } })),
    onSuccess: async () => {
      onClose();
      await changed();
      toastDone(t("surveys.results.deleted"));
    },
  });
  const reason = may ? undefined : t("state.no_reason");
  return (
    <>
      <Facts response={response} document={document} />
      {editing ? (
        <Correction
          response={response}
          document={document}
          onCancel={() => setEditing(false)}
          onSaved={async () => {
            setEditing(false);
            await changed();
            toastDone(t("surveys.results.corrected"));
          }}
        />
      ) : (
        <>
          <Read response={response} document={document} />
          <div className={classes.actions}>
            <Button
              variant="default"
              leftSection={<IconPencil size={16} aria-hidden />}
              disabled={!may}
              title={reason}
              onClick={() => setEditing(true)}
            >
              {t("surveys.results.correct")}
            </Button>
            <Button
              variant="default"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              disabled={!may}
              title={reason}
              onClick={() => setDeleting(true)}
            >
              {t("surveys.results.delete")}
            </Button>
          </div>
        </>
      )}
      <ConfirmDialog
        title={t("surveys.results.delete_title")}
        body={t("surveys.results.delete_body")}
        word={t("surveys.results.delete_word")}
        confirmLabel={t("surveys.results.delete")}
        opened={deleting}
        pending={remove.isPending}
        error={remove.error ?? undefined}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}

function Facts({ response, document }: { response: Response; document: SurveyDocument }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const valueName = useDimensionValueName();
  const mayReadPeople = useMay("read_people");
  const named = (dimension: string, value: string | null | undefined) =>
    value ? valueName(dimension, value) : "";
  const hidden = (document.hidden_fields ?? []).map(
    ({ id, label }) => [localized(label, language, id), response.fields[id] ?? ""] as const,
  );
  const facts: (readonly [string, string])[] = [
    [t("surveys.results.when"), formatMoment(response.occurred_at, language)],
    [t("voices.meta.touchpoint"), named("touchpoint", response.touchpoint_id)],
    [t("voices.meta.channel"), named("channel", response.channel)],
    [t("voices.meta.unit"), named("unit", response.unit_id)],
    [t("voices.meta.language"), named("language", response.language)],
    [
      t("surveys.results.duration"),
      typeof response.duration_ms === "number"
        ? t("surveys.results.seconds", {
            seconds: formatDecimal(response.duration_ms / 1000, 0, language),
          })
        : "",
    ],
    ...hidden,
    [
      t("surveys.results.corrections"),
      response.revision > 1
        ? t("surveys.results.corrected_times", { count: response.revision - 1 })
        : "",
    ],
  ];
  return (
    <>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
      </dl>
      {mayReadPeople && response.customer_id && (
        <p>
          <AppLink to={paths.customer(response.customer_id)}>{t("voices.to_customer")}</AppLink>
        </p>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Read({ response, document }: { response: Response; document: SurveyDocument }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const yesNo = { yes: t("surveys.yes"), no: t("surveys.no") };
  return (
    <dl className={classes.answers}>
      {answerable(document).map((question) => {
        const lines = reading(question, response.answers, language, yesNo);
        return (
          <div key={question.id}>
            <dt>{localized(question.text, language, question.id)}</dt>
            <dd>{lines.length > 0 ? lines.join("\n") : t("surveys.results.no_answer")}</dd>
          </div>
        );
      })}
    </dl>
  );
}

interface CorrectionProps extends Omit<ShownProps, "onClose"> {
  onCancel: () => void;
  onSaved: () => Promise<void>;
}

function Correction({ response, document, onCancel, onSaved }: CorrectionProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [answers, setAnswers] = useState<Answers>(response.answers);
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH("/api/responses/{id}", {
          params: { path: { id: response.id } },
          headers: { "Accept-Language": language },
          body: { answers: answers as never },
        }),
      ),
    onSuccess: onSaved,
  });
  const problem = save.error ? asProblem(save.error) : null;
  const wrong = (question: string) =>
    problem?.fields.find(({ field }) => field === `answers.${question}`)?.message;
  return (
    <form
      className={classes.form}
      aria-label={t("surveys.results.correct")}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {answerable(document).map((question) => (
        <AnswerField
          key={question.id}
          question={question}
          answers={answers}
          problem={wrong(question.id)}
          onChange={setAnswers}
        />
      ))}
      {problem && problem.fields.length === 0 && (
        <p className={classes.problem} role="alert">
          {problem.detail || t("state.error_network")}
        </p>
      )}
      <div className={classes.actions}>
        <Button type="submit" loading={save.isPending}>
          {t("surveys.results.save")}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
      </div>
    </form>
  );
}
