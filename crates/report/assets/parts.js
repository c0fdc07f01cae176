// What all charts have in common: axes, tooltips, colours.
const parts = (() => {
  const c = theme.colour;
  const text = () => ({ color: c("soft"), fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily });
  const narrow = (width) => width < 520;

  const x = (data, more) => ({
    type: "category", data, boundaryGap: true,
    axisLine: { lineStyle: { color: c("line") } }, axisTick: { show: false },
    axisLabel: { ...text(), hideOverlap: true }, splitLine: { show: false }, ...more,
  });
  const y = (unit, more) => ({
    type: "value", scale: true, axisLine: { show: false }, axisTick: { show: false },
    axisLabel: { ...text(), formatter: words.tick(unit), hideOverlap: true },
    splitLine: { lineStyle: { color: c("grid") } }, splitNumber: 4, ...more,
  });
  // Drawn on the canvas, never as markup: a name is text.
  const tooltip = (more) => ({
    renderMode: "richText", confine: true, backgroundColor: c("surface"), borderColor: c("line"), borderWidth: 1,
    textStyle: { ...text(), color: c("ink"), fontSize: 12 }, padding: 8, ...more,
  });
  const legend = (more) => ({
    textStyle: text(), itemWidth: 18, itemHeight: 8, itemGap: 14, top: 0, left: 0, inactiveColor: c("other"), ...more,
  });
  const base = (more) => ({ animation: false, textStyle: text(), backgroundColor: "transparent", ...more });
  // A finger on a chart scrolls the page: there two fingers and the slider zoom.
  const finger = matchMedia("(pointer: coarse)").matches;
  // What is out of view is left out, so that the other axis fits what is in view; a trade that reaches into it stays.
  const zoom = (axes, more) => [
    { type: "inside", xAxisIndex: axes, filterMode: "weakFilter", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false,
      moveOnMouseMove: !finger, preventDefaultMouseMove: false, ...more },
    {
      type: "slider", xAxisIndex: axes, filterMode: "weakFilter", height: 18, bottom: 6, borderColor: c("line"),
      fillerColor: "rgba(128,128,128,.16)", backgroundColor: "transparent", textStyle: text(), brushSelect: false,
      dataBackground: { lineStyle: { color: c("line") }, areaStyle: { color: c("grid") } },
      selectedDataBackground: { lineStyle: { color: c("other") }, areaStyle: { color: c("grid") } },
      handleStyle: { color: c("surface"), borderColor: c("soft") }, moveHandleStyle: { color: c("line") }, ...more,
    },
  ];
  // Labels at either end stay inside the chart.
  const inside = () => ({ ...text(), hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" });
  // The share `part` of one colour in another.
  const mix = (one, other, part) => {
    const of = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const [a, b] = [of(one), of(other)];
    return `rgb(${a.map((v, i) => Math.round(v * part + b[i] * (1 - part))).join(",")})`;
  };
  const line = (item, more) => ({
    type: "line", name: item.name, data: item.values, showSymbol: item.values.length < 3, symbolSize: 5, connectNulls: false,
    lineStyle: { width: item.role === "plan" ? 1.8 : 1.3, color: c(role(item.role)), type: item.role === "limit" ? "dashed" : "solid" },
    itemStyle: { color: c(role(item.role)) }, emphasis: { disabled: true }, ...more,
  });
  const role = (name) => (name === "limit" ? "loss" : name);
  // One line a series: what it is, and its number.
  const lines = (unit) => (items) => {
    const told = items.filter((item) => item.value !== null && item.value !== undefined);
    const number = (item) => words.write(unit(item), Array.isArray(item.value) ? item.value[1] : item.value);
    return [items[0].axisValueLabel, ...told.map((item) => item.seriesName + "  " + number(item))].join("\n");
  };
  return { c, text, inside, mix, x, y, tooltip, legend, base, zoom, line, lines, role, narrow };
})();
