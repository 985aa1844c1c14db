import { Button, Modal, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { downloadText, toCsv } from "../../format/csv";
import formClasses from "../../ui/form/form.module.css";
import type { MadeList } from "./LinkDialog";

/** The addresses made for a list of customers, as a file for the mail program. */
export function MadeListDialog({ list, onClose }: { list: MadeList; onClose: () => void }) {
  const { t } = useTranslation();
  const save = () => {
    const rows = list.links.map((link, index) => [list.given[index] ?? "", link.url]);
    const header = [t("links.column_identifier"), t("links.column_address")];
    downloadText("links.csv", toCsv([header, ...rows]));
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("links.made", { count: list.links.length })}
      size={480}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <div className={formClasses.form}>
        <Text>{t("links.made_body")}</Text>
        <Button leftSection={<IconDownload size={16} aria-hidden />} onClick={save}>
          {t("links.download_list")}
        </Button>
      </div>
    </Modal>
  );
}
