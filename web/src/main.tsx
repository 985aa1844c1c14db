import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { signedOut } from "./api/client";
import { createQueryClient } from "./api/query";
import { startTranslations } from "./i18n";
import { paths } from "./paths";
import { makeRouter } from "./routes";
import { colorSchemeManager } from "./shell/colorScheme";
import { theme, tokenVariables } from "./styles/theme";

const queries = createQueryClient();
const router = makeRouter(queries);

// A session that ends while somebody works leads to sign-in and back again.
signedOut.addEventListener("signed-out", () => {
  const { pathname, href } = router.state.location;
  if (pathname === paths.signIn() || pathname.startsWith("/invitation/")) return;
  queries.clear();
  void router.navigate({ to: paths.signIn(), search: href === "/" ? {} : { return: href } });
});

startTranslations().then(() => {
  const container = document.getElementById("root");
  if (!container) throw new Error("index.html has no #root");
  createRoot(container).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={tokenVariables}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
      >
        <Notifications position="bottom-right" limit={3} withinPortal={false} />
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
});
