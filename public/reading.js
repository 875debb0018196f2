// How this browser shows things, before anything is shown: a colour or a size that changes later would be a flash.
try {
  for (const name of ["theme", "text"]) {
    const chosen = localStorage.getItem(`rivulet-${name}`);
    if (chosen) document.documentElement.dataset[name] = chosen;
  }
} catch {
  // Refused: as the device has it.
}
