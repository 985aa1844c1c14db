import { localStorageColorSchemeManager, useMantineColorScheme } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";

/** Shares its key with `public/scheme.js`, which sets the scheme before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "koe.scheme" });

/** Switches between light and dark, starting from what is on the screen now. */
export function useColorSchemeSwitch(): () => void {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const system = useColorScheme();
  const shown = colorScheme === "auto" ? system : colorScheme;
  return () => setColorScheme(shown === "dark" ? "light" : "dark");
}
