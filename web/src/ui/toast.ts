import { notifications } from "@mantine/notifications";
import { asProblem } from "../api/problem";

/** Says shortly that something worked. */
export function toastDone(message: string): void {
  notifications.show({ message, autoClose: 3000, withBorder: true });
}

/** Says that something outside a form failed, in the words of its problem. */
export function toastFailed(error: unknown, fallback: string): void {
  notifications.show({
    message: asProblem(error).detail || fallback,
    color: "red",
    autoClose: 8000,
    withBorder: true,
  });
}
