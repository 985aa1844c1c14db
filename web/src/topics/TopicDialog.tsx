import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import type { TopicTree } from "../api/types";
import { type LocalizedText, localized, useLanguage } from "../i18n/language";
import { ConfirmDialog } from "../ui/form/ConfirmDialog";
import { FormDialog } from "../ui/form/FormDialog";
import { LocalizedTextField } from "../ui/form/LocalizedTextField";
import {
  EMPTY,
  linesOf,
  newId,
  ruleOf,
  type Topic,
  type TopicDocument,
  walk,
  withNew,
  without,
  withTopic,
} from "./document";
import { documentOf, keepTopics, topicsQuery, tryTopic } from "./queries";
import { Trial } from "./Trial";
import classes from "./topics.module.css";

interface TopicDialogProps {
  tree: TopicTree;
  /** The topic to change; none to add one. */
  id: string | null;
  onClose: () => void;
}

/** What a topic is called and which words it is recognised by. */
export function TopicDialog({ tree, id, onClose }: TopicDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  // What is being changed is what was seen when the dialog opened: a change of
  // somebody else in between is refused, not overwritten.
  const [{ version, document }] = useState(() => ({
    version: tree.version,
    document: documentOf(tree) ?? EMPTY,
  }));
  const walked = walk(document.topics);
  const before = walked.find((each) => each.topic.id === id);
  const [name, setName] = useState<LocalizedText>(before?.topic.name ?? {});
  const [lines, setLines] = useState(() => linesOf(before?.topic.rule).join("\n"));
  const [scope, setScope] = useState(before?.topic.scope ?? "sentence");
  const [parent, setParent] = useState("");
  const [broken, setBroken] = useState(false);
  const [removing, setRemoving] = useState(false);
  const save = useMutation({
    mutationFn: (next: TopicDocument) => keepTopics(version, next),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: topicsQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ["voices"] });
      onClose();
    },
  });
  const tried = useMutation({
    mutationFn: ({ next, topic }: { next: TopicDocument; topic: string }) => tryTopic(next, topic),
  });
  /** The document as it would be kept; null when a line is broken. */
  const changed = (): { next: TopicDocument; topic: string } | null => {
    let rule: unknown;
    try {
      rule = ruleOf(lines.split("\n"));
    } catch {
      setBroken(true);
      return null;
    }
    setBroken(false);
    const named = Object.fromEntries(Object.entries(name).filter(([, text]) => text.trim()));
    const topic: Topic = {
      id: before?.topic.id ?? newId(document, named),
      name: named,
      ...(scope === "text" ? { scope } : {}),
      ...(rule === undefined ? {} : { rule }),
      ...(before?.topic.topics ? { topics: before.topic.topics } : {}),
    };
    const next = before ? withTopic(document, topic) : withNew(document, topic, parent || null);
    return { next, topic: topic.id };
  };
  const submit = () => {
    const change = changed();
    if (change) save.mutate(change.next);
  };
  const attempt = () => {
    save.reset();
    const change = changed();
    if (change) tried.mutate(change);
  };
  const refusal = save.error ?? tried.error;
  const fields = refusal ? asProblem(refusal).fields : [];
  const said = (what: "name" | "rule") =>
    fields
      .filter((field) => field.field.endsWith(`.${what}`) || field.field.includes(`.${what}.`))
      .map((field) => field.message)
      .join(" ") || undefined;
  const elsewhere = fields.filter((field) => !/\.(name|rule)(\.|$)/.test(field.field));
  if (before && removing) {
    return (
      <ConfirmDialog
        opened
        title={t("topics.remove_title", {
          name: localized(before.topic.name, language, before.topic.id),
        })}
        body={t(before.topic.topics?.length ? "topics.remove_all_body" : "topics.remove_body")}
        confirmLabel={t("action.delete")}
        pending={save.isPending}
        error={save.error}
        onClose={() => setRemoving(false)}
        onConfirm={() => save.mutate(without(document, before.topic.id))}
      />
    );
  }
  return (
    <FormDialog
      opened
      size={620}
      title={t(before ? "topics.edit_title" : "topics.add_title")}
      onClose={onClose}
      onSubmit={submit}
      submitLabel={t("action.save")}
      pending={save.isPending}
      error={refusal}
    >
      <LocalizedTextField
        label={t("field.name")}
        value={name}
        onChange={setName}
        error={said("name") ?? (elsewhere.map((field) => field.message).join(" ") || undefined)}
      />
      {!before && walked.length > 0 && (
        <NativeSelect
          label={t("topics.parent")}
          value={parent}
          data={[
            { value: "", label: t("topics.at_top") },
            ...walked.map(({ topic }) => ({
              value: topic.id,
              label: localized(topic.name, language, topic.id),
            })),
          ]}
          onChange={(event) => setParent(event.currentTarget.value)}
        />
      )}
      <Textarea
        label={t("topics.words")}
        description={t("topics.words_help")}
        autosize
        minRows={6}
        maxRows={10}
        value={lines}
        error={broken ? t("topics.words_broken") : said("rule")}
        onChange={(event) => setLines(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("topics.scope")}
        value={scope}
        data={[
          { value: "sentence", label: t("topics.scope_sentence") },
          { value: "text", label: t("topics.scope_text") },
        ]}
        onChange={(event) => setScope(event.currentTarget.value === "text" ? "text" : "sentence")}
      />
      <div className={classes.dialogTools}>
        <Button variant="default" loading={tried.isPending} onClick={attempt}>
          {t("topics.try")}
        </Button>
        {before && (
          <Button
            variant="subtle"
            color="red"
            disabled={save.isPending}
            onClick={() => setRemoving(true)}
          >
            {t(before.topic.topics?.length ? "topics.remove_all" : "topics.remove")}
          </Button>
        )}
      </div>
      {tried.data && <Trial trial={tried.data} />}
    </FormDialog>
  );
}
