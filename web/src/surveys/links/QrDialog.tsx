import { Anchor, Button, Modal } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import formClasses from "../../ui/form/form.module.css";
import { SecretOnce } from "../../ui/form/SecretOnce";
import { toastFailed } from "../../ui/toast";
import type { Link } from "../document";
import { qrAddress } from "../queries";
import classes from "../surveys.module.css";
import { usePlaceName } from "./usePlaceName";

/** Sharp enough for a poster; the SVG is for anything larger. */
const PNG_PIXELS = 1024;

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
  const picture = qrAddress(survey, link.id);
  return (
    <Modal
      opened
      onClose={onClose}
      title={place || t("surveys.links.anywhere")}
      size={520}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <div className={formClasses.form}>
        <img className={classes.qr} src={picture} alt={t("surveys.links.qr")} />
        <span className={classes.downloads}>
          <Button
            component="a"
            variant="default"
            size="compact-sm"
            href={picture}
            download={`${link.id}.svg`}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t("links.download_svg")}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() =>
              savePng(picture, `${link.id}.png`).catch((error) =>
                toastFailed(error, t("state.error_network")),
              )
            }
          >
            {t("links.download_png")}
          </Button>
        </span>
        <SecretOnce secret={link.url} note={t("surveys.links.use")} />
        <Anchor href={link.url} target="_blank" rel="noopener">
          {t("surveys.links.open")}
        </Anchor>
      </div>
    </Modal>
  );
}

/** Draws the SVG at a size for print programs that take no SVG, and hands it over as a file. */
async function savePng(address: string, name: string): Promise<void> {
  const image = new Image(PNG_PIXELS, PNG_PIXELS);
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = PNG_PIXELS;
  canvas.height = PNG_PIXELS;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  // Without smoothing the edges of the squares stay sharp.
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, 0, 0, PNG_PIXELS, PNG_PIXELS);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = name;
  link.click();
}
