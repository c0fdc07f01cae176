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
    const option = makers[data.kind](data, plot.clientWidth);
    chart.setOption(option);
    plot.classList.toggle("zooms", Boolean(option.dataZoom));
    const entry = { chart, data };
    drawn.set(plot, entry);
    plot.dataset.drawn = "yes";
    return entry;
  }

  // Colours and room have changed; what was zoomed to and the chosen trade stay.
  function again(width) {
    for (const [plot, { chart, data, chosen }] of drawn) {
      const kept = (chart.getOption().dataZoom || []).map(({ start, end }) => ({ start, end }));
      const option = makers[data.kind](data, width || plot.clientWidth);
      (option.dataZoom || []).forEach((zoom, n) => Object.assign(zoom, kept[n], width && zoom.type === "slider" ? { show: false } : {}));
      chart.setOption(option, true);
      if (chosen !== undefined) price.mark(chart, data, chosen);
    }
  }

  // What a screen shows is drawn a frame after it was asked for, and paper is not waited for. So each chart is drawn anew, at once and
  // as wide as paper has room, onto a canvas of its own that only paper shows, as wide there as the column.
  const PAPER = 690;
  const HEIGHTS = { tall: 420, middle: 270, low: 210 };
  function toPaper() {
    theme.print(true);
    plots().forEach(draw);
    resize((plot) => ({ width: PAPER, height: HEIGHTS[plot.dataset.height] || HEIGHTS.middle }));
    again(PAPER);
    for (const [plot, { chart }] of drawn) {
      const copy = chart.renderToCanvas({ pixelRatio: Math.max(2, devicePixelRatio + 1) });
      copy.removeAttribute("style"); // The library lays its canvases over each other.
      copy.className = "paper";
      copy.setAttribute("aria-hidden", "true");
      plot.after(copy);
    }
  }
  function toScreen() {
    document.querySelectorAll("canvas.paper").forEach((copy) => copy.remove());
    theme.print(false);
    resize(() => ({ width: "auto", height: "auto" }));
    again();
  }

  function resize(size) {
    for (const [plot, { chart }] of drawn) chart.resize(size && size(plot));
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
    theme.onChange(() => again());
    let waiting = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => resize());
    });
    addEventListener("beforeprint", toPaper);
    addEventListener("afterprint", toScreen);
  }
  return { start, draw };
})();
