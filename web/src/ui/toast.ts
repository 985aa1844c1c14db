import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { asProblem } from "../api/problem";

/** The cross of a message has a name, too. */
const close = () => ({ "aria-label": i18next.t("action.close") });

/** Says shortly that something worked. */
export function toastDone(message: string): void {
  notifications.show({
    message,
    autoClose: 3000,
    withBorder: true,
    closeButtonProps: close(),
  });
}

/** Says that something outside a form failed, in the words of its problem. */
export function toastFailed(error: unknown, fallback: string): void {
  notifications.show({
    message: asProblem(error).detail || fallback,
    color: "red",
    autoClose: 8000,
    withBorder: true,
    closeButtonProps: close(),
  });
}
