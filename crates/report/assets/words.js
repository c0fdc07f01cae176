// Numbers as text. What they are was reckoned before; here they are only written.
const words = (() => {
  const minus = (text) => text.replace("-", "\u2212");
  const fixed = (value, digits) =>
    minus(value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const writers = {
    usd: (v) => (v < 0 ? "\u2212$" : "$") + fixed(Math.abs(v), 0),
    percent: (v) => fixed(v, Math.abs(v) >= 100 ? 0 : 1) + "%",
    r: (v) => fixed(v, 2) + " R",
    "usd-a-share": (v) => "$" + fixed(v, 2),
    number: (v) => fixed(v, Math.abs(v) >= 100 ? 0 : Math.abs(v) < 0.1 ? 4 : 2),
    count: (v) => fixed(v, 0),
  };
  const write = (unit, value) => (value === null || value === undefined || value === "-" ? "\u2013" : writers[unit](value));
  // Axes: as few digits as the step needs.
  const tick = (unit) => (value) => {
    if (unit === "usd") {
      const size = Math.abs(value);
      const sign = value < 0 ? "\u2212$" : "$";
      if (size >= 1e6) return sign + minus((size / 1e6).toLocaleString("en-US", { maximumFractionDigits: 2 })) + "M";
      if (size >= 1e3) return sign + minus((size / 1e3).toLocaleString("en-US", { maximumFractionDigits: 1 })) + "k";
      return sign + minus(size.toLocaleString("en-US", { maximumFractionDigits: 2 }));
    }
    const text = minus(value.toLocaleString("en-US", { maximumFractionDigits: 4 }));
    return unit === "percent" ? text + "%" : unit === "r" ? text + " R" : text;
  };
  return { write, tick };
})();
