import { Alert, Button, NativeSelect } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { formatCount } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./imports.module.css";
import { ENCODINGS, type Import, type Layout } from "./model";

const DELIMITERS = [",", "\t", ";", "|", " "] as const;

interface FoundProps {
  given: Import;
  onLayout: (layout: Layout) => void;
}

/** How the file is read, in a line; each part can be set by hand. */
export function Found({ given, onLayout }: FoundProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { layout, encoding, sheets, columns, sampled, qualtrics } = given.sniffed;
  const doubtful = encoding ? !encoding.certain && layout.encoding === encoding.encoding : false;
  const [opened, { toggle }] = useDisclosure(false);
  const separator = t(`imports.found.separator.${SEPARATOR[layout.delimiter ?? ","] ?? "other"}`);
  const said = [
    t(`imports.found.kind.${layout.kind}`),
    layout.kind === "workbook"
      ? (layout.sheet ?? sheets[0])
      : t(`imports.found.encoding.${layout.encoding}`),
    layout.kind === "delimited" && separator,
    layout.kind !== "json_lines" && t("imports.found.headers", { count: layout.header_rows }),
    t("imports.found.columns", { count: columns.length }),
    t("imports.found.sampled", { count: sampled, n: formatCount(sampled, language) }),
    qualtrics && "Qualtrics",
  ].filter(Boolean);
  return (
    <section className={classes.found} aria-label={t("imports.found.title")}>
      <div className={classes.foundLine}>
        <p>{said.join(" · ")}</p>
        {layout.kind !== "json_lines" && (
          <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={opened}>
            {t("imports.found.change")}
          </Button>
        )}
      </div>
      {doubtful && (
        <Alert variant="light" color="gray" mt="xs">
          {t("imports.found.doubtful", {
            encoding: t(`imports.found.encoding.${layout.encoding}`),
          })}
        </Alert>
      )}
      {(opened || doubtful) && (
        <fieldset className={classes.fields}>
          <legend className="visually-hidden">{t("imports.found.change")}</legend>
          {layout.kind !== "workbook" && (
            <NativeSelect
              label={t("imports.found.encoding_label")}
              value={layout.encoding}
              onChange={(event) =>
                onLayout({ ...layout, encoding: event.currentTarget.value as Layout["encoding"] })
              }
              data={[...ENCODINGS]
                .sort((a, b) => rank(encoding?.possible, a) - rank(encoding?.possible, b))
                .map((value) => ({ value, label: t(`imports.found.encoding.${value}`) }))}
            />
          )}
          {layout.kind === "delimited" && (
            <NativeSelect
              label={t("imports.found.separator_label")}
              value={layout.delimiter ?? ","}
              onChange={(event) => onLayout({ ...layout, delimiter: event.currentTarget.value })}
              data={DELIMITERS.map((value) => ({
                value,
                label: t(`imports.found.separator.${SEPARATOR[value] ?? "other"}`),
              }))}
            />
          )}
          {layout.kind === "workbook" && sheets.length > 1 && (
            <NativeSelect
              label={t("imports.found.sheet_label")}
              value={layout.sheet ?? sheets[0] ?? ""}
              onChange={(event) => onLayout({ ...layout, sheet: event.currentTarget.value })}
              data={sheets}
            />
          )}
          <NativeSelect
            label={t("imports.found.headers_label")}
            value={String(layout.header_rows)}
            onChange={(event) =>
              onLayout({ ...layout, header_rows: Number(event.currentTarget.value) })
            }
            data={[0, 1, 2, 3].map((count) => ({
              value: String(count),
              label: t("imports.found.headers", { count }),
            }))}
          />
        </fieldset>
      )}
    </section>
  );
}

const SEPARATOR: Record<string, "comma" | "tab" | "semicolon" | "bar" | "blanks"> = {
  ",": "comma",
  "\t": "tab",
  ";": "semicolon",
  "|": "bar",
  " ": "blanks",
};

function rank(possible: readonly string[] | undefined, encoding: string): number {
  const at = possible?.indexOf(encoding) ?? -1;
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}
