import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../api/client";
import { asProblem } from "../api/problem";
import { paths } from "../paths";
import { useSession } from "../session/session";
import { UnitSelect } from "../settings/units/UnitSelect";
import { FormDialog } from "../ui/form/FormDialog";

/** Adds a person by hand; most come from answers and imports. */
export function NewCustomerDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { member } = useSession();
  const [form, setForm] = useState({ name: "", email: "", phone: "", unit: null as string | null });
  const set = (next: Partial<typeof form>) => setForm((current) => ({ ...current, ...next }));
  const make = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/customers", {
          body: {
            name: form.name.trim() || null,
            identifiers: [
              { kind: "email", value: form.email.trim() },
              { kind: "phone", value: form.phone.trim() },
            ].filter((each) => each.value),
            unit_id: form.unit,
          },
        }),
      ),
    onSuccess: async (customer) => {
      await queries.invalidateQueries({ queryKey: ["customers"] });
      void navigate({ to: paths.customer(customer.id) } as never);
    },
  });
  const problem = make.isError ? asProblem(make.error) : null;
  const identifierProblem = problem?.fields.find((each) => each.field.startsWith("identifiers"));

  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t("customers.add")}
      submitLabel={t("action.add")}
      pending={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      disabledReason={
        form.name.trim() || form.email.trim() || form.phone.trim()
          ? undefined
          : t("customers.add_needs")
      }
    >
      <TextInput
        label={t("customers.name")}
        value={form.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={problem?.forField("name")}
      />
      <TextInput
        type="email"
        label={t("customers.identifier.email")}
        value={form.email}
        onChange={(event) => set({ email: event.currentTarget.value })}
        error={identifierProblem?.message}
      />
      <TextInput
        type="tel"
        label={t("customers.identifier.phone")}
        value={form.phone}
        onChange={(event) => set({ phone: event.currentTarget.value })}
      />
      {member.units.length > 0 && (
        <UnitSelect
          label={t("field.unit")}
          value={form.unit}
          onChange={(unit) => set({ unit })}
          error={problem?.forField("unit_id")}
        />
      )}
    </FormDialog>
  );
}
