// Light and dark: the system's wish, until the reader says otherwise. Kept in memory only: a page from a disk may not store.
const theme = (() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];
  let chosen = null;
  let printing = false;
  const dark = () => !printing && (chosen === null ? system.matches : chosen === "dark");
  const tell = () => listeners.forEach((listener) => listener());

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function label(button) {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
  }

  function start() {
    const button = document.getElementById("theme");
    button.hidden = false;
    label(button);
    button.addEventListener("click", () => {
      chosen = dark() ? "light" : "dark";
      document.documentElement.dataset.theme = chosen;
      label(button);
      tell();
    });
    system.addEventListener("change", () => {
      label(button);
      if (chosen === null) tell();
    });
  }

  // Paper is white, whatever the screen is.
  function print(on) {
    printing = on;
    if (on) document.documentElement.dataset.theme = "light";
    else if (chosen === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  }

  return { start, colour, print, onChange: (listener) => listeners.push(listener) };
})();
