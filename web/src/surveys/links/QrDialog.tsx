import { Anchor, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import formClasses from "../../ui/form/form.module.css";
import { SecretOnce } from "../../ui/form/SecretOnce";
import type { Link } from "../document";
import { qrAddress } from "../queries";
import classes from "../surveys.module.css";
import { usePlaceName } from "./LinksPage";

/** A link with its QR code, to copy, to open or to print. */
export function QrDialog({
  survey,
  link,
  onClose,
}: {
  survey: string;
  link: Link;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const place = usePlaceName()(link);
  return (
    <Modal
      opened
      onClose={onClose}
      title={place || t("surveys.links.anywhere")}
      size={520}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <div className={formClasses.form}>
        <img className={classes.qr} src={qrAddress(survey, link.id)} alt={t("surveys.links.qr")} />
        <SecretOnce secret={link.url} note={t("surveys.links.use")} />
        <span>
          <Anchor href={link.url} target="_blank" rel="noopener">
            {t("surveys.links.open")}
          </Anchor>
          {" · "}
          <Anchor href={qrAddress(survey, link.id)} download={`${link.id}.svg`}>
            {t("surveys.links.download_qr")}
          </Anchor>
        </span>
      </div>
    </Modal>
  );
}
