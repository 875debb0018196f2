// Starts the app, and looks after the service worker that lets it start offline.
//
// To the app:   the event "rivulet:update-ready" on window, and data-update="ready" on <html> for who comes later.
// From the app: the event "rivulet:use-new-version" on window; the page then loads anew, once.
//               The event "rivulet:open-app": the page that sets a phone up is done, and the app goes on in its place.

/** Starts a program; a page that cannot start says so. */
async function start(js, wasm, ...words) {
  try {
    const [{ default: init }] = await Promise.all([import(js), ...words.map(window.rivuletWords)]);
    await init({ module_or_path: new URL(wasm, import.meta.url) });
  } catch (error) {
    console.error(error);
    const trouble = document.getElementById("boot-trouble");
    for (const page of trouble.children) page.hidden = page.lang !== document.documentElement.lang;
    trouble.hidden = false;
  }
}

/** Registers the worker, and tells the app when a newer version waits for its leave. */
async function watchForUpdates() {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register("/sw.js", { updateViaCache: "none" });

  const announce = () => {
    // Without a controller this is the first visit: nothing older is running.
    if (!registration.waiting || !serviceWorker.controller) return;
    document.documentElement.dataset.update = "ready";
    window.dispatchEvent(new CustomEvent("rivulet:update-ready"));
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", announce);
  });
  announce();

  let asked = false;
  window.addEventListener("rivulet:use-new-version", () => {
    asked = true;
    registration.waiting?.postMessage({ type: "use-new-version" });
  });
  // Also fired when another tab asked, or on the first visit: only who asked may lose what is on the screen.
  serviceWorker.addEventListener("controllerchange", () => {
    if (!asked) return;
    asked = false;
    location.reload();
  });

  // An installed app is seldom loaded anew: look for a newer one when it comes back into view.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => {});
  });
}

// A finger means what it came down on. If the page has moved since, a browser clicks what lies there now: another medicine.
let pressed;
let liftedAt;
const meant = ({ target }) => target.closest("button, a");
window.addEventListener("pointerdown", (event) => (pressed = meant(event)), true);
window.addEventListener("pointerup", ({ timeStamp }) => (liftedAt = timeStamp), true);
window.addEventListener(
  "click",
  (event) => {
    const isOfPress = event.detail && pressed && event.timeStamp - liftedAt < 1000; // not of a key or a screen reader
    if (isOfPress && meant(event) !== pressed) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

window.addEventListener("rivulet:open-app", () => {
  for (const old of document.querySelectorAll("body > :not(#boot-trouble)")) old.remove();
  start("./{{next_js}}", "./{{next_wasm}}", "first");
});
await start("./{{app_js}}", "./{{app_wasm}}", {{words}});
// What the first screen does without.
document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "{{later_css}}" }));
// Last: the worker fetches all that the first screen waits for once more.
const idle = window.requestIdleCallback ?? setTimeout;
idle(() => watchForUpdates().catch((error) => console.warn("Offline start is not possible here:", error)), { timeout: 3000 });
