import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/language";
import { useMay } from "../../session/session";
import { exportAddress } from "../queries";
import type { Chosen } from "./tabs";

interface DownloadProps {
  survey: string;
  chosen: Chosen;
  confidential: boolean;
}

const KINDS = [
  { format: "xlsx", values: "labels" },
  { format: "xlsx", values: "codes" },
  { format: "csv", values: "labels" },
  { format: "csv", values: "codes" },
] as const;

/** The chosen responses as a file: for Excel or for programs, in words or in codes. */
export function Download({ survey, chosen, confidential }: DownloadProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay("export_data");
  const reason = confidential
    ? t("surveys.results.no_rows_body")
    : may
      ? undefined
      : t("state.no_reason");
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          disabled={reason !== undefined}
          title={reason}
        >
          {t("surveys.results.download")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {KINDS.map(({ format, values }) => (
          <Menu.Item
            key={`${format}-${values}`}
            component="a"
            href={exportAddress(survey, { ...chosen, format, values, language })}
            download
          >
            {t(`surveys.results.files.${format}_${values}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
