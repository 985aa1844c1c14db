import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../../i18n";
import type { LocalizedText } from "../../i18n/language";
import classes from "./form.module.css";

interface LocalizedTextFieldProps {
  label: string;
  value: LocalizedText;
  onChange: (value: LocalizedText) => void;
  multiline?: boolean;
  description?: string;
  error?: string | undefined;
  disabled?: boolean;
}

/** One text in both languages, side by side; each field speaks its own language. */
export function LocalizedTextField(props: LocalizedTextFieldProps) {
  const { label, value, onChange, multiline, description, error, disabled } = props;
  const { t } = useTranslation();
  const Field = multiline ? Textarea : TextInput;
  return (
    <div className={classes.pair}>
      {LANGUAGES.map((language, index) => (
        <Field
          key={language}
          label={t("field.noted", { label, note: t(`language.${language}`) })}
          lang={language}
          value={value[language] ?? ""}
          description={index === 0 ? description : undefined}
          error={index === 0 ? error : undefined}
          disabled={disabled}
          {...(multiline ? { autosize: true, minRows: 3, maxRows: 12 } : {})}
          onChange={(event: { currentTarget: { value: string } }) =>
            onChange(withLanguage(value, language, event.currentTarget.value))
          }
        />
      ))}
    </div>
  );
}

/** A text with one language changed; an emptied language is left out, as the API wants it. */
export function withLanguage(
  value: LocalizedText,
  language: keyof LocalizedText,
  text: string,
): LocalizedText {
  const next = { ...value };
  if (text) next[language] = text;
  else delete next[language];
  return next;
}
