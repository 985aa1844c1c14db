import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Templates } from "./Templates";

/** Chooses what a new survey begins with. */
export function NewSurveyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("surveys.add")}
      size={920}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Templates lead={t("surveys.choose")} />
    </Modal>
  );
}
