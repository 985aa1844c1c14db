import { IconPackage } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useUrlState } from "../ui/urlState";
import { NamedPage, readNamedSearch } from "./NamedPage";
import { OfferingDialog, useOfferingKind } from "./OfferingDialog";
import { offeringsQuery } from "./queries";

export function OfferingsPage() {
  const { t } = useTranslation();
  const kindName = useOfferingKind();
  const [search, setSearch] = useUrlState(readNamedSearch);
  return (
    <NamedPage
      query={useQuery(offeringsQuery)}
      words="touchpoints.offerings"
      icon={IconPackage}
      search={search}
      onSearch={setSearch}
      columns={[
        {
          key: "kind",
          header: t("touchpoints.offerings.kind"),
          cell: (offering) => kindName(offering.kind),
        },
      ]}
      dialog={(offering) => (
        <OfferingDialog
          key={search.open}
          offering={offering}
          onClose={() => setSearch({ open: undefined })}
        />
      )}
    />
  );
}
