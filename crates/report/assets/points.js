// Points, colours over two parameters, and lines through many axes.
const points = (() => {
  const { c, base, x, y, tooltip, legend, text, mix } = parts;
  // Of figures whose sign is a loss or a gain the middle is 0, losses orange and gains blue; else one colour, which says neither.
  // A heatmap's ends are so pale that a number can be read on them.
  function scale(data, pale, part) {
    const ends = (name) => (part === 1 ? c(name) : mix(c(name), c("surface"), part));
    if (data.signed) {
      const most = Math.max(-data.low, data.high, 1e-9);
      return { min: -most, max: most, inRange: { color: [ends("loss"), pale, ends("gain")] } };
    }
    // One value alone has no span, and stands in the middle.
    const room = data.low === data.high ? Math.abs(data.low) || 1 : 0;
    return { min: data.low - room, max: data.high + room, inRange: { color: [pale, ends("fourth")] } };
  }

  function scatter(data) {
    const series = (name, symbol, colour, rows) => ({
      type: "scatter", name, symbol, symbolSize: 9, data: rows, itemStyle: { color: colour, opacity: 0.75, borderColor: c("surface"), borderWidth: 0.8 },
      large: rows.length > 4000, emphasis: { disabled: true },
    });
    const titled = (name) => ({ name, nameLocation: "middle", nameTextStyle: text(), min: 0 });
    return base({
      legend: legend(),
      tooltip: tooltip({ trigger: "item", formatter: (item) =>
        `${item.value[2]}\n${data.x_name} ${words.write(data.unit, item.value[0])}\n${data.y_name} ${words.write(data.unit, item.value[1])}` }),
      grid: { left: 26, right: 18, top: 34, bottom: 28, containLabel: true },
      xAxis: { ...y(data.unit, titled(data.x_name)), nameGap: 26, scale: false },
      yAxis: { ...y(data.unit, titled(data.y_name)), nameGap: 44, scale: false },
      series: [series("winners", "circle", c("gain"), data.won), series("losers", "diamond", c("loss"), data.lost)],
    });
  }

  function heatmap(data, width) {
    const few = data.x.length * 46 < width;
    const colours = scale(data, c("surface"), 0.5);
    return base({
      tooltip: tooltip({ trigger: "item", formatter: (item) =>
        `${data.x_name} ${data.x[item.value[0]]}\n${data.y_name} ${data.y[item.value[1]]}\n${data.figure} ${words.write("number", item.value[2])}` }),
      grid: { left: 26, right: 12, top: 10, bottom: 74, containLabel: true },
      xAxis: x(data.x, { name: data.x_name, nameLocation: "middle", nameGap: 26, nameTextStyle: text() }),
      yAxis: { ...x(data.y, { name: data.y_name, nameLocation: "middle", nameTextStyle: text() }), nameGap: 44 },
      visualMap: { ...colours, calculable: false, orient: "horizontal", left: "center", bottom: 2, itemHeight: 120, itemWidth: 10,
        textStyle: text(), text: [words.write("number", colours.max), words.write("number", colours.min)] },
      series: [{ type: "heatmap", progressive: 0, data: data.cells, emphasis: { disabled: true }, itemStyle: { borderColor: c("line"), borderWidth: 1 },
        label: { show: few, color: c("ink"), fontSize: 10, formatter: (item) => words.write("number", item.value[2]) } }],
    });
  }

  function parallel(data, width) {
    const last = data.axes.length - 1;
    return base({
      parallel: { left: 40, right: 50, top: 44, bottom: 20, axisExpandable: false },
      parallelAxis: data.axes.map((axis, dim) => ({
        dim, name: axis.name, nameTextStyle: { ...text(), width: Math.max(60, (width - 90) / (last + 1) - 6), overflow: "truncate" },
        nameGap: 12 + (dim % 2) * 14, type: axis.words ? "category" : "value", data: axis.words, scale: true,
        axisLine: { lineStyle: { color: c("soft") } }, axisTick: { show: false }, splitLine: { show: false },
        axisLabel: { ...text(), formatter: axis.words ? undefined : words.tick("number") },
      })),
      visualMap: { show: false, dimension: last, ...scale(data, c("other"), 1) },
      series: [{ type: "parallel", progressive: 0, data: data.rows, smooth: 0.1, lineStyle: { width: 1.1, opacity: data.rows.length > 300 ? 0.25 : 0.5 }, emphasis: { disabled: true } }],
    });
  }
  return { scatter, heatmap, parallel };
})();
