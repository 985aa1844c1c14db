import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../paths";
import { useMay } from "../session/session";
import { AppLink } from "../ui/AppLink";

/** The next step of a list that a file would fill; nothing for those who may not import. */
export function ImportLink() {
  const { t } = useTranslation();
  const may = useMay("import_data");
  if (!may) return null;
  return (
    <Button component={AppLink} to={paths.imports()}>
      {t("home.step.import")}
    </Button>
  );
}
