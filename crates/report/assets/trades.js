// The table of trades: sorted by its headers, filtered, and each row a way to its place on the chart.
const trades = (() => {
  const key = (row, n) => {
    const cell = row.cells[n];
    if (cell.dataset.v === undefined) return cell.textContent || null;
    return cell.dataset.v === "" ? null : Number(cell.dataset.v);
  };
  // What is not defined comes last, whichever way.
  const compare = (a, b, way) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return way * (typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0);
  };

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, n) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        const rows = [...table.tBodies[0].rows].map((row) => [key(row, n), row]);
        rows.sort((a, b) => compare(a[0], b[0], way));
        table.tBodies[0].append(...rows.map(([, row]) => row));
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
      });
    });
  }

  // A minus is found as it is typed, and an amount without its $ and commas.
  const fold = (text) => text.toLowerCase().replace(/\u2212/g, "-").replace(/[$,]/g, "");

  function filters(form) {
    const table = document.getElementById(form.dataset.table);
    const all = table.tBodies[0].rows.length;
    const count = (n) => n.toLocaleString("en-US");
    // Read when first asked for: the page opens sooner.
    let rows = null;
    const read = () => [...table.tBodies[0].rows].map((row) => ({ row, text: [...row.cells].map((cell) => fold(cell.textContent)).join(" ") }));
    const output = form.querySelector("output");
    const apply = () => {
      rows ??= read();
      const asked = fold((form.elements.text.value || "").trim());
      const wants = ["regime", "reason", "outcome"].map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
      let shown = 0;
      for (const { row, text } of rows) {
        const fits = text.includes(asked) && wants.every(([name, value]) => row.dataset[name] === value);
        row.hidden = !fits;
        shown += fits;
      }
      output.textContent = shown === all ? `${count(all)} trades` : `${count(shown)} of ${count(all)} trades`;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    output.textContent = `${count(all)} trades`;
  }

  let chosen = null;
  function jump(link) {
    const figure = document.getElementById(link.dataset.chart);
    const entry = charts.draw(figure.querySelector(".plot"));
    entry.chosen = Number(link.dataset.trade);
    const told = price.show(entry.chart, entry.data, entry.chosen);
    const row = link.closest("tr");
    if (chosen) chosen.classList.remove("chosen");
    chosen = row;
    row.classList.add("chosen");
    const note = figure.querySelector(".picked");
    note.querySelector("span").textContent = told;
    note.hidden = false;
    note.querySelector("button").onclick = () => link.focus();
    figure.scrollIntoView({ block: "start" });
    figure.focus({ preventScroll: true });
  }

  function start() {
    document.querySelectorAll("table.sortable").forEach(sortable);
    document.querySelectorAll("form.controls").forEach(filters);
    document.querySelectorAll(".trades tbody").forEach((body) => body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      const link = row && row.querySelector("a[data-trade]");
      // Who marks text with the mouse does not mean to jump; who presses the number does.
      if (!link || (event.target !== link && String(getSelection()))) return;
      event.preventDefault();
      jump(link);
    }));
  }
  return { start };
})();
