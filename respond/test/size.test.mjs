// The whole answer page may weigh 15 kB; the script's share is small.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const made = await build({
  entryPoints: ["src/respond.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  write: false,
});
const script = made.outputFiles[0].text;

test("the script stays a few kilobytes", () => {
  assert.ok(script.length > 200, "there is a script");
  assert.ok(script.length < 4000, `it has ${script.length} characters`);
});

test("the script loads nothing from outside", () => {
  assert.doesNotMatch(script, /https?:\/\//);
});
