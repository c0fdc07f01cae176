// Points, colours over two parameters, and lines through many axes.
const points = (() => {
  const { c, base, x, y, tooltip, legend, text } = parts;
  const ramp = () => [c("loss"), c("sunken"), c("gain")];

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
    return base({
      tooltip: tooltip({ trigger: "item", formatter: (item) =>
        `${data.x_name} ${data.x[item.value[0]]}\n${data.y_name} ${data.y[item.value[1]]}\n${data.figure} ${words.write("number", item.value[2])}` }),
      grid: { left: 26, right: 12, top: 10, bottom: 74, containLabel: true },
      xAxis: x(data.x, { name: data.x_name, nameLocation: "middle", nameGap: 26, nameTextStyle: text() }),
      yAxis: { ...x(data.y, { name: data.y_name, nameLocation: "middle", nameTextStyle: text() }), nameGap: 44 },
      visualMap: { min: data.low, max: data.high, calculable: false, orient: "horizontal", left: "center", bottom: 2, itemHeight: 120, itemWidth: 10,
        inRange: { color: ramp() }, textStyle: text(), text: [words.write("number", data.high), words.write("number", data.low)] },
      series: [{ type: "heatmap", data: data.cells, emphasis: { disabled: true }, itemStyle: { borderColor: c("surface"), borderWidth: 1 },
        label: { show: few, color: c("ink"), textBorderColor: c("surface"), textBorderWidth: 2, fontSize: 10, formatter: (item) => words.write("number", item.value[2]) } }],
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
      visualMap: { show: false, dimension: last, min: data.low, max: data.high, inRange: { color: [c("loss"), c("other"), c("gain")] } },
      series: [{ type: "parallel", data: data.rows, smooth: 0.1, lineStyle: { width: 1.1, opacity: data.rows.length > 300 ? 0.25 : 0.5 }, emphasis: { disabled: true } }],
    });
  }
  return { scatter, heatmap, parallel };
})();
