import { Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { FormDialog } from "../../ui/form/FormDialog";
import { SecretOnce } from "../../ui/form/SecretOnce";
import type { Link, SurveySummary } from "../document";
import { versionQuery } from "../queries";
import { type FieldValues, HiddenFieldInputs } from "./HiddenFieldInputs";
import { Refusal } from "./Refusal";

interface SignDialogProps {
  survey: SurveySummary;
  link: Link;
  onClose: () => void;
}

/** An address of a link that carries hidden fields and the signature that vouches for them. */
export function SignDialog({ survey, link, onClose }: SignDialogProps) {
  const { t } = useTranslation();
  const version = useQuery(versionQuery(survey.id, survey.version ?? 1));
  const [values, setValues] = useState<FieldValues>({});
  const fields = (version.data?.document.hidden_fields ?? []).filter(
    (field) => !(field.id in link.fields),
  );
  const sign = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/surveys/{id}/links/{link}/sign", {
          params: { path: { id: survey.id, link: link.id } },
          body: { fields: [values] },
        }),
      ),
  });
  const [address] = sign.data?.urls ?? [];
  const none = Object.keys(values).length === 0;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("links.sign")}
      submitLabel={t("links.sign_run")}
      pending={sign.isPending}
      error={sign.error}
      onSubmit={() => sign.mutate()}
      disabledReason={none ? t("links.fields") : undefined}
    >
      <Text className="meta">{t(fields.length > 0 ? "links.sign_help" : "links.sign_none")}</Text>
      <HiddenFieldInputs
        fields={fields}
        values={values}
        onChange={(next) => {
          // An address signed before says something else now.
          sign.reset();
          setValues(next);
        }}
      />
      <Refusal error={sign.error} />
      {address && <SecretOnce secret={address} note={t("links.signed")} />}
    </FormDialog>
  );
}
