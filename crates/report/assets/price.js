// Candles with the trades' lives: entry and exit, and the stop and the target from one to the other.
const price = (() => {
  const { c, base, x, y, tooltip, legend, zoom } = parts;

  // A level over a trade's life, at least most of a candle wide.
  const level = (name, colour, dash, trades, of) => ({
    type: "custom", name, clip: true, silent: true, encode: { x: [0, 1], y: 2 }, itemStyle: { color: colour },
    data: trades.filter((t) => of(t) !== undefined).map((t) => [t.from, t.to, of(t)]),
    renderItem(params, api) {
      const [from, to] = [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])];
      const half = Math.max(api.size([1, 0])[0] * 0.42, 2);
      return {
        type: "line",
        shape: { x1: from[0] - half, y1: from[1], x2: to[0] + half, y2: to[1] },
        style: { stroke: colour, lineWidth: 1.5, lineDash: dash, fill: null },
      };
    },
  });
  const held = (trades, won, colour) => ({
    type: "custom", name: won ? "winner" : "loser", clip: true, silent: true, encode: { x: [0, 2], y: [1, 3] }, itemStyle: { color: colour },
    data: trades.filter((t) => t.won === won).map((t) => [t.from, t.entry, t.to, t.exit]),
    renderItem(params, api) {
      const [from, to] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(2), api.value(3)])];
      return { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style: { stroke: colour, lineWidth: 1.5, lineDash: [1, 3], fill: null } };
    },
  });
  // A short's entry points down.
  const turned = (trade) => (trade.short ? 180 : 0);
  const marks = (name, symbol, trades, colour, at) => ({
    type: "scatter", name, symbol, symbolSize: 11, z: 5, itemStyle: { color: colour, borderColor: c("surface"), borderWidth: 1.2 },
    data: trades.map((t) => ({ value: at(t), told: t.told, id: t.id, symbolRotate: turned(t) })), emphasis: { disabled: true },
    tooltip: { trigger: "item", formatter: (item) => item.data.told },
  });

  function option(data, width) {
    const trades = data.trades;
    const won = trades.filter((t) => t.won);
    const lost = trades.filter((t) => !t.won);
    const candle = (item) => {
      const [, open, close, low, high] = item.value;
      const n = (v) => words.write("usd-a-share", v);
      return `${item.axisValueLabel}\nopen ${n(open)}  close ${n(close)}\nlow ${n(low)}  high ${n(high)}`;
    };
    return base({
      legend: legend({ data: ["entry", "exit, won", "exit, lost", "stop", "target"], type: parts.narrow(width) ? "scroll" : "plain" }),
      tooltip: tooltip({ trigger: "axis", axisPointer: { type: "cross", label: { backgroundColor: c("soft") } },
        formatter: (items) => {
          const bar = items.find((item) => item.seriesType === "candlestick");
          const told = items.filter((item) => item.seriesType === "scatter").map((item) => item.data.told);
          return [bar ? candle(bar) : "", ...new Set(told)].filter(Boolean).join("\n");
        } }),
      grid: { left: 8, right: 8, top: 34, bottom: 36, containLabel: true },
      xAxis: x(data.dates, { axisLabel: parts.inside(), axisPointer: { label: { show: true } } }),
      yAxis: y("usd-a-share", { position: "right" }),
      dataZoom: zoom([0], { showDataShadow: false }),
      series: [
        { type: "candlestick", name: "price", data: data.bars, large: true, largeThreshold: 700, barMaxWidth: 12,
          itemStyle: { color: c("surface"), color0: c("candle"), borderColor: c("candle"), borderColor0: c("candle") } },
        held(trades, true, c("gain")),
        held(trades, false, c("loss")),
        level("stop", c("loss"), [5, 3], trades, (t) => t.stop),
        level("target", c("gain"), [5, 3], trades, (t) => t.target),
        marks("entry", "triangle", trades, c("ink"), (t) => [t.from, t.entry]),
        marks("exit, won", "circle", won, c("gain"), (t) => [t.to, t.exit]),
        marks("exit, lost", "diamond", lost, c("loss"), (t) => [t.to, t.exit]),
        { type: "line", name: "chosen", data: [], silent: true, markArea: { silent: true, itemStyle: { color: c("plan"), opacity: 0.12 }, data: [] } },
      ],
    });
  }

  // The days of the chosen trade.
  function mark(chart, data, id) {
    const trade = data.trades.find((t) => t.id === id);
    if (trade) chart.setOption({ series: [{ name: "chosen", markArea: { data: [[{ xAxis: trade.from }, { xAxis: trade.to }]] } }] });
    return trade;
  }

  // Brings one trade into view, with a month about it.
  function show(chart, data, id) {
    const trade = mark(chart, data, id);
    if (!trade) return "";
    const room = Math.max(20, trade.to - trade.from);
    const last = data.dates.length - 1;
    chart.dispatchAction({ type: "dataZoom", batch: [0, 1].map((dataZoomIndex) => ({
      dataZoomIndex, startValue: Math.max(0, trade.from - room), endValue: Math.min(last, trade.to + room) })) });
    return trade.told;
  }

  return { option, show, mark };
})();
