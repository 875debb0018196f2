// A folder over HTTP on a free port of 127.0.0.1, with the headers that the real server sends: for what needs no
// server, such as the shell of the app and the contract tests of the browser's store.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'; form-action 'none'";

/**
 * Serves `folder`; an address without an ending is one of its two pages.
 * @param {string} folder
 * @returns {Promise<{origin: string, setFolder: (folder: string) => void, stop: () => Promise<void>}>}
 */
export async function serveFolder(folder) {
  let served = folder;
  const server = createServer((request, response) => {
    answer(served, request.url).then(({ status, type, body }) => {
      const cacheControl = request.url.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
      response.writeHead(status, {
        "cache-control": cacheControl,
        "content-security-policy": POLICY,
        "content-type": type,
        "x-content-type-options": "nosniff",
      });
      response.end(body);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** From now on another folder: a new version was put in place. */
    setFolder(next) {
      served = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(folder, url) {
  const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
  if (path === "/favicon.ico") return { status: 204, type: "image/x-icon", body: "" }; // every browser asks for it
  const page = path.replace(/\/$/, "") === "/enrol" ? "/enrol.html" : "/index.html";
  const file = extname(path) ? path : page;
  try {
    return { status: 200, type: TYPES[extname(file)] ?? "application/octet-stream", body: await readFile(join(folder, file)) };
  } catch {
    return { status: 404, type: "text/plain", body: "not found" };
  }
}
