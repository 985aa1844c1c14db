import { Button, Progress } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatBytes, formatShare } from "../format/number";
import { useLanguage } from "../i18n/language";
import classes from "./imports.module.css";

interface FileDropProps {
  /** The most bytes a file may have; absent while that is not known yet. */
  most: number | undefined;
  /** The file on its way and the share that is sent. */
  sending: { name: string; share: number } | null;
  onFile: (file: File) => void;
  onCancel: () => void;
}

/** A place to drop a file on, with a button that does the same; then its progress. */
export function FileDrop({ most, sending, onFile, onCancel }: FileDropProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !sending) onFile(file);
  };
  return (
    <section
      className={classes.drop}
      data-over={over || undefined}
      aria-label={t("imports.drop.label")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {sending ? (
        <div className={classes.sending}>
          <p className={classes.dropTitle}>{sending.name}</p>
          <Progress
            value={sending.share * 100}
            aria-label={t("imports.drop.sending")}
            animated={false}
          />
          <div className={classes.sendingFoot}>
            <span className="meta num" aria-live="polite">
              {sending.share < 1
                ? formatShare(sending.share, language, 0)
                : t("imports.drop.looking")}
            </span>
            <Button variant="default" size="xs" onClick={onCancel}>
              {t("action.cancel")}
            </Button>
          </div>
        </div>
      ) : (
        <>
          <IconFileUpload size={28} stroke={1.4} aria-hidden />
          <p className={classes.dropTitle}>{t("imports.drop.title")}</p>
          <Button onClick={() => input.current?.click()}>{t("imports.drop.choose")}</Button>
          <p className="meta">
            {t("imports.drop.kinds")}
            {most !== undefined &&
              ` ${t("imports.drop.limit", { size: formatBytes(most, language) })}`}
          </p>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={t("imports.drop.choose")}
            accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.json,.qsf,.lss,.lsg,.lsq"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              event.currentTarget.value = "";
              if (file) onFile(file);
            }}
          />
        </>
      )}
    </section>
  );
}
