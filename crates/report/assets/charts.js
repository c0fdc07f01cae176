// Charts are drawn when they come near the view, all of them before printing.
const charts = (() => {
  const makers = {
    price: price.option, equity: lines.equity, lines: lines.plain, bars: lines.bars,
    scatter: points.scatter, heatmap: points.heatmap, parallel: points.parallel,
  };
  const drawn = new Map();
  const plots = () => [...document.querySelectorAll(".plot")];

  function read(plot) {
    return JSON.parse(document.getElementById(plot.dataset.chart).textContent);
  }

  function draw(plot) {
    if (drawn.has(plot)) return drawn.get(plot);
    const data = read(plot);
    const chart = echarts.init(plot, null, { renderer: "canvas" });
    chart.setOption(makers[data.kind](data, plot.clientWidth));
    const entry = { chart, data };
    drawn.set(plot, entry);
    plot.dataset.drawn = "yes";
    return entry;
  }

  // Colours and room have changed; what was zoomed to stays.
  function again() {
    for (const [plot, { chart, data }] of drawn) {
      const kept = (chart.getOption().dataZoom || []).map(({ start, end }) => ({ start, end }));
      const option = makers[data.kind](data, plot.clientWidth);
      (option.dataZoom || []).forEach((zoom, n) => Object.assign(zoom, kept[n]));
      chart.setOption(option, true);
    }
  }

  function resize(size) {
    for (const { chart } of drawn.values()) chart.resize(size);
  }

  function start() {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        draw(entry.target);
      }
    }, { rootMargin: "300px 0px" });
    plots().forEach((plot) => seen.observe(plot));
    theme.onChange(again);
    let waiting = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => resize());
    });
    addEventListener("beforeprint", () => {
      theme.print(true);
      plots().forEach(draw);
      again();
      resize({ width: 640 });
    });
    addEventListener("afterprint", () => {
      theme.print(false);
      again();
      resize({ width: "auto" });
    });
  }
  return { start, draw };
})();
