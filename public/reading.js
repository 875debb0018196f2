// How this browser shows things, before anything is shown: a colour, a size or a language that changes later would be a
// flash. The words are asked for at once, beside the program that needs them.
const words = {{texts}};
const root = document.documentElement;
let language;
try {
  for (const name of ["theme", "text"]) {
    const chosen = localStorage.getItem(`rivulet-${name}`);
    if (chosen) root.dataset[name] = chosen;
  }
  language = localStorage.getItem("rivulet-language");
} catch {
  // Refused: as the device has it.
}
const known = navigator.languages.map((tag) => tag.split("-")[0]);
language = [language, ...known].find((tag) => tag in words) ?? "en";
root.lang = language;
root.dir = language === "ar" ? "rtl" : "ltr";
if (language !== "en") document.querySelector("[rel=manifest]").href = `/manifest-${language}.webmanifest`;

/** What was fetched of the words, by their sets. */
window.rivuletTexts = {};
const asked = {};
/** Fetches a set of words, once. */
window.rivuletWords = (set) => (asked[set] ??= fetchWords(set));
async function fetchWords(set) {
  try {
    const response = await fetch(words[language][set]);
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    window.rivuletTexts[set] = await response.text();
  } catch (error) {
    delete asked[set]; // whoever asks again may have more luck
    throw error;
  }
}
// Whoever starts the program hears of it if they do not come.
for (const set of document.currentScript.dataset.words.split(" ")) window.rivuletWords(set).catch(() => {});

// The first date that is written loads the browser's tables of dates, as long as the first screen takes: now, while the
// program is on its way.
new Intl.DateTimeFormat(navigator.languages.find((tag) => tag.startsWith(language)) ?? language, { weekday: "long" });
