// Accounts, lines and bars over time.
const lines = (() => {
  const { c, base, x, y, tooltip, legend, zoom, line } = parts;

  function equity(data) {
    const under = (item) => ({ ...line(item), name: item.name, xAxisIndex: 1, yAxisIndex: 1,
      areaStyle: item.role === "plan" ? { color: c("plan"), opacity: 0.14 } : undefined });
    const unit = (item) => (item.axisIndex === 1 ? "percent" : "usd");
    return base({
      legend: legend({ data: data.lines.map((item) => item.name), type: "scroll" }),
      tooltip: tooltip({ trigger: "axis", axisPointer: { type: "line", lineStyle: { color: c("soft") } }, formatter: parts.lines(unit) }),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      grid: [
        { left: 62, right: 14, top: 34, height: "48%" },
        { left: 62, right: 14, bottom: 58, height: "22%" },
      ],
      xAxis: [x(data.dates, { boundaryGap: false, axisLabel: { show: false } }), x(data.dates, { boundaryGap: false, gridIndex: 1, axisLabel: parts.inside() })],
      yAxis: [y("usd"), y("percent", { gridIndex: 1, scale: false, max: 0, splitNumber: 2 })],
      dataZoom: zoom([0, 1], { showDataShadow: false }),
      series: [...data.lines.map((item) => line(item)), ...data.underwater.map(under)],
    });
  }

  function plain(data) {
    return base({
      legend: data.lines.length > 1 ? legend({ type: "scroll" }) : undefined,
      tooltip: tooltip({ trigger: "axis", axisPointer: { type: "line", lineStyle: { color: c("soft") } }, formatter: parts.lines(() => data.unit) }),
      grid: { left: 8, right: 14, top: data.lines.length > 1 ? 34 : 14, bottom: 8, containLabel: true },
      xAxis: x(data.x, { boundaryGap: false, axisLabel: parts.inside() }),
      yAxis: y(data.unit),
      series: data.lines.map((item, n) => line(item, n === 0 && crosses(data) ? {
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: c("soft"), type: "solid", width: 1 }, data: [{ yAxis: 0 }] } } : {})),
    });
  }
  const crosses = (data) => data.lines.some((item) => item.values.some((v) => v !== null && v < 0));

  function bars(data) {
    const fill = (value, i) => {
      const below = data.below ? data.below[i] : value < 0;
      return below ? c("loss") : c("gain");
    };
    const series = data.series.map((item) => ({
      type: "bar", name: item.name, barMaxWidth: 34, emphasis: { disabled: true }, itemStyle: { color: c(parts.role(item.role)) },
      data: data.signed ? item.values.map((value, i) => ({ value, itemStyle: { color: fill(value, i) } })) : item.values,
    }));
    return base({
      legend: series.length > 1 ? legend({ type: "scroll" }) : undefined,
      tooltip: tooltip({ trigger: "axis", axisPointer: { type: "shadow" }, formatter: parts.lines(() => data.unit) }),
      grid: { left: 8, right: 14, top: series.length > 1 ? 34 : 14, bottom: 8, containLabel: true },
      // A bin is called by its lower edge; its tooltip names both.
      xAxis: x(data.x, { axisLine: { onZero: false, lineStyle: { color: c("line") } },
        axisLabel: { ...parts.text(), hideOverlap: true, formatter: (name) => (data.below ? name.split(" to ")[0] : name) } }),
      yAxis: y(data.unit, { scale: false, minInterval: data.unit === "count" ? 1 : undefined }),
      series,
    });
  }
  return { equity, plain, bars };
})();
