/**
 * The real server for one journey: own data folder, own port, own owner. It is
 * stopped by its own handle and its folder is removed.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const OWNER = {
  email: "owner@example.com",
  name: "Owner",
  password: "correct horse battery",
};

/** Who signs in to the demo company. */
export const DEMO = { email: "demo@koe.example", password: "hiyorinoma-no-koe" };

const binary = resolve(process.env.E2E_KOE ?? "../target/debug/koe");

export interface Koe {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Runs another command of the binary on the same data; gives its standard output. */
  run: (words: string[], input?: string) => string;
  stop: () => Promise<void>;
}

/** The server with an owner alone, or with the demo company of about so many records. */
export async function startKoe(demo?: { records: number }): Promise<Koe> {
  const data = mkdtempSync(join(tmpdir(), "koe-journey-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = { ...process.env, KOE_DATA_DIR: data, KOE_LISTEN: url.slice("http://".length) };
  if (process.env.E2E_DATABASE_URL) {
    Object.assign(env, { KOE_DATABASE_URL: process.env.E2E_DATABASE_URL });
  }
  const run = (words: string[], input = "") => {
    const done = spawnSync(binary, words, { env, cwd: data, input, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`koe ${words.join(" ")}: ${done.stderr || done.error}`);
    return done.stdout;
  };
  if (demo) run(["demo", "--scale", String(demo.records)]);
  else
    run(
      ["user", "add", "--email", OWNER.email, "--name", OWNER.name, "--organisation", "Minamo"],
      OWNER.password,
    );
  const server = spawn(binary, ["serve"], { env, cwd: data, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr?.on("data", (chunk) => {
    log = (log + chunk).slice(-20_000);
  });
  await ready(url, server, () => log);
  return {
    url,
    run,
    stop: async () => {
      const ended = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, server: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`koe serve ended: ${log()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`koe serve was not ready within 30 s: ${log()}`);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}
