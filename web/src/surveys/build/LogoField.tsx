import { Button, FileInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./build.module.css";

/** Pictures the answer page shows. */
const PICTURES = "image/png,image/jpeg,image/webp,image/gif,image/svg+xml";
/** The document holds the picture; larger ones would make every page slow. */
const BYTES_MOST = 200_000;

interface LogoFieldProps {
  logo: string | null | undefined;
  onChange: (logo: string | null) => void;
}

/** The picture above every page of the survey. */
export function LogoField({ logo, onChange }: LogoFieldProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<string>();
  const take = (file: File | null) => {
    if (!file) return;
    const wrong =
      (file.size > BYTES_MOST && t("builder.logo_large")) ||
      (!PICTURES.split(",").includes(file.type) && t("builder.logo_kind"));
    setError(wrong || undefined);
    if (wrong) return;
    const reader = new FileReader();
    reader.onload = () => onChange(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <div data-field="theme.logo" className={classes.logo}>
      <FileInput
        label={`${t("builder.logo")} (${t("field.optional")})`}
        description={t("builder.logo_help")}
        placeholder="logo.png"
        accept={PICTURES}
        error={error}
        value={null}
        onChange={take}
      />
      {logo && (
        <span className={classes.logoNow}>
          <img src={logo} alt={t("builder.logo")} />
          <Button variant="subtle" size="compact-sm" onClick={() => onChange(null)}>
            {t("action.remove")}
          </Button>
        </span>
      )}
    </div>
  );
}
