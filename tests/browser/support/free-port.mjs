import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody listens on, for a program that must keep it over a restart. */
export async function freePort() {
  const probe = createServer();
  await new Promise((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}
