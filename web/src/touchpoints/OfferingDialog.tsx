import { Autocomplete } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import type { Offering } from "../api/types";
import { NamedDialog } from "./NamedDialog";
import { offeringsQuery } from "./queries";

/** The kind of an offering in words; an organisation's own word stays as it is. */
export function useOfferingKind(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) =>
    kind === "product" || kind === "service" ? t(`touchpoints.offerings.${kind}`) : kind;
}

interface OfferingDialogProps {
  offering: Offering | null;
  onClose: () => void;
}

export function OfferingDialog({ offering, onClose }: OfferingDialogProps) {
  const { t } = useTranslation();
  const kindName = useOfferingKind();
  return (
    <NamedDialog
      thing={offering}
      own={{ kind: offering?.kind ?? "product" }}
      addTitle={t("touchpoints.offerings.add")}
      listKey={offeringsQuery.queryKey}
      create={(body) => unwrap(api.POST("/api/offerings", { body }))}
      change={(id, body) =>
        unwrap(api.PATCH("/api/offerings/{id}", { params: { path: { id } }, body }))
      }
      onClose={onClose}
    >
      {(own, set, fault) => (
        <Autocomplete
          label={t("touchpoints.offerings.kind")}
          data={["product", "service"]}
          renderOption={({ option }) => kindName(option.value)}
          value={own.kind}
          onChange={(kind) => set({ kind })}
          error={fault("kind")}
        />
      )}
    </NamedDialog>
  );
}
