import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LocalizedText } from "../../i18n/language";
import { withText } from "../document";
import classes from "./build.module.css";

interface TextPairProps {
  label: string;
  value: LocalizedText | null | undefined;
  languages: readonly string[];
  onChange: (value: LocalizedText) => void;
  multiline?: boolean;
  /** Leaves the label to assistive technology, where the place says what it is. */
  quiet?: boolean;
  size?: "xs" | "sm" | "md";
  /** The key of the document under which the text stands. */
  field?: string;
  /** Looks as it will be read, and like a field only while it is edited. */
  plain?: boolean;
}

/** One text in the survey's languages, side by side. */
export function TextPair(props: TextPairProps) {
  const { label, value, languages, onChange, multiline, quiet, size = "sm", plain } = props;
  const { t } = useTranslation();
  const name = useLanguageName();
  const Field = multiline ? Textarea : TextInput;
  return (
    <div className={classes.pair} data-field={props.field} data-plain={plain || undefined}>
      {languages.map((language) => {
        const full = t("field.noted", { label, note: name(language) });
        // What is not translated yet shows what is to be translated.
        const elsewhere = Object.values(value ?? {}).find((words) => words.trim());
        return (
          <Field
            key={language}
            size={size}
            lang={language}
            label={quiet ? undefined : full}
            aria-label={quiet ? full : undefined}
            placeholder={elsewhere ?? (quiet ? full : undefined)}
            value={value?.[language] ?? ""}
            {...(multiline ? { autosize: true, minRows: quiet ? 1 : 2, maxRows: 10 } : {})}
            onChange={(event: { currentTarget: { value: string } }) =>
              onChange(withText(value, language, event.currentTarget.value))
            }
          />
        );
      })}
    </div>
  );
}

/** The name of a language in the reader's own. */
export function useLanguageName(): (tag: string) => string {
  const { t, i18n } = useTranslation();
  const names = new Intl.DisplayNames([i18n.language], { type: "language" });
  return (tag) => {
    if (tag === "ja" || tag === "en") return t(`language.${tag}`);
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  };
}
