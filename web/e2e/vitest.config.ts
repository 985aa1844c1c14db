import { defineConfig } from "vitest/config";

// Journeys share two cores with the server and the browser they drive: one at a time.
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    environment: "node",
    include: [process.env.E2E_ONLY ? `e2e/${process.env.E2E_ONLY}.journey.ts` : "e2e/*.journey.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
    // As long as the browser waits for anything: a loaded machine is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
  },
});
