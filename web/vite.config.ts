import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The development server hands every API call and answer page to a running
// `koe serve`, so that the browser sees one origin as it does in production.
const server = process.env.KOE_URL ?? "http://127.0.0.1:7700";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "es2022",
    sourcemap: false,
    // The charting chunk is loaded on demand and is large by nature.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What most screens share is one file: split by who uses what, the first
        // screen would be fifty requests, many below a kilobyte.
        codeSplitting: { groups: [{ name: "common", minShareCount: 8 }] },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: server, changeOrigin: true },
      "/s/": { target: server, changeOrigin: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    env: { TZ: "Asia/Tokyo" },
  },
});
