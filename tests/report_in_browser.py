"""Looks at the HTML reports in the folder it is given, in a headless Chromium.

Every page: no error on the console, nothing asked of a network, each chart drawn, no sideways scrolling at three widths, the
theme turns, it prints. Of a run's also: sorting, filtering, jumping to the chart, hostile names, charts made only when seen.
"""

import os
import sys
import time
from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright

SCREENS = ((360, "dark"), (768, "light"), (1440, "dark"))
# Distinct colours of a canvas: ground, axis, grid, text and something drawn.
COLOURS = """canvas => {
  const { width, height } = canvas;
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
  const seen = new Set();
  for (let i = 0; i < pixels.length; i += 1) if (pixels[i] !== 0) seen.add(pixels[i]);
  return seen.size;
}"""


class Look:
    """A page open in a browser that reaches nothing but its file."""

    def __init__(self, browser, path, width=1440, scheme="light"):
        self.path, self.faults = path, []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        self.page = self.context.new_page()
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.faults.append(m.text))
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("request", lambda r: r.url != path.as_uri() and self.faults.append("asked for " + r.url))
        self.page.goto(path.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.context.close()
        if kind is None:
            assert not self.faults, f"{self.path.name}: {self.faults}"

    def run(self, script):
        return self.page.evaluate(script)

    def wait(self, script):
        """Until it is true. The page's policy forbids what the browser driver's own waiting does."""
        until = time.monotonic() + 60
        while not self.run(script):
            assert time.monotonic() < until, f"{self.path.name}: never {script}"
            self.page.wait_for_timeout(20)

    def drawn(self):
        return self.page.locator(".plot[data-drawn]").count()

    def scroll_through(self):
        """To each chart in turn, as long as it takes a busy machine to draw it."""
        for n in range(self.page.locator(".plot").count()):
            self.run(f"document.querySelectorAll('.plot')[{n}].scrollIntoView()")
            self.wait(f"document.querySelectorAll('.plot')[{n}].dataset.drawn === 'yes'")


def every_page(browser, path):
    with Look(browser, path) as look:
        plots = look.page.locator(".plot").count()
        assert plots > 2, f"{path.name}: {plots} charts"
        assert look.drawn() < plots, f"{path.name}: all charts were made at once"
        look.scroll_through()
        canvases = look.page.locator(".plot canvas").all()
        assert len(canvases) >= plots, f"{path.name}: {len(canvases)} canvases of {plots} charts"
        for n, canvas in enumerate(canvases):
            colours = canvas.evaluate(COLOURS)
            assert colours > 8, f"{path.name}: canvas {n} has {colours} colours"
        ground = "getComputedStyle(document.body).backgroundColor"
        before, first = look.run(ground), canvases[0].evaluate("c => c.toDataURL()")
        look.page.locator("#theme").click()
        assert look.run(ground) != before, f"{path.name}: the theme did not turn"
        after = look.page.locator(".plot canvas").first.evaluate("c => c.toDataURL()")
        assert after != first, f"{path.name}: the charts kept their colours"
        look.page.locator("#theme").click()
        assert look.run(ground) == before, f"{path.name}: the theme did not turn back"
    with Look(browser, path) as look:
        # Printed at once, before anything was scrolled to: charts must be there all the same.
        for size in ("A4", "Letter"):
            assert len(printed(path, look.page.pdf(format=size))) > 500, f"{path.name}: nothing printed"
        assert look.drawn() == look.page.locator(".plot").count(), f"{path.name}: not all charts were printed"
        on_paper(look, path)
    for width, scheme in SCREENS:
        with Look(browser, path, width, scheme) as look:
            look.scroll_through()
            over = look.run("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, f"{path.name}: {over} pixels too wide at {width}"
    # Without scripts the verdict and the tables are there.
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator(".verdict h2").first.inner_text() and page.locator("table").count() > 1
    context.close()


def printed(path, pdf):
    """Nothing is cut at the right of the paper. Its words, without blanks: charts are printed as lines and text."""
    words = ""
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        # The reader places ligatures (fi, ff, fl) where they are not.
        ends = [text.get_charbox(n)[2] for n in range(text.count_chars()) if text.get_text_range(n, 1) not in "fil"]
        assert max(ends, default=0) < page.get_width() - 25, f"{path.name}: text to {max(ends):.0f} of {page.get_width():.0f} points"
        words += "".join(text.get_text_range().split())
    return words


def on_paper(look, path):
    """As wide as A4 and Letter have room, every chart is there, whole and drawn up to its right edge."""
    look.run("dispatchEvent(new Event('beforeprint'))")
    look.page.emulate_media(media="print")
    for width in (703, 725):
        look.page.set_viewport_size({"width": width, "height": 1000})
        papers = look.page.locator("canvas.paper").all()
        assert len(papers) == look.page.locator(".plot").count(), f"{path.name}: {len(papers)} charts on paper"
        for paper in papers:
            box = paper.bounding_box()
            assert box["width"] > 0.9 * width and box["x"] + box["width"] <= width, f"{path.name}: {box} on {width}"
    # Of the last 40 pixels: an axis, or a line that ends there.
    edge = """canvas => { const part = document.createElement("canvas"); part.width = 80; part.height = canvas.height;
      part.getContext("2d").drawImage(canvas, 80 - canvas.width, 0); return (%s)(part); }""" % COLOURS
    for n, paper in enumerate(look.page.locator("canvas.paper").all()):
        assert paper.evaluate(COLOURS) > 8 and paper.evaluate(edge) > 2, f"{path.name}: chart {n} is not drawn to its edge"
    look.page.emulate_media(media="screen")
    look.page.set_viewport_size({"width": 1440, "height": 900})
    look.run("dispatchEvent(new Event('afterprint'))")
    assert look.page.locator("canvas.paper").count() == 0, f"{path.name}: paper's charts stay on the screen"


def heatmap(browser, path):
    """On paper each cell says its number."""
    with Look(browser, path) as look:
        cells = look.run("""JSON.parse(document.getElementById("heat-0-data").textContent).cells.map(([, , v]) => words.write("number", v))""")
        told = printed(path, look.page.pdf(format="A4"))
        assert len(cells) > 3 and all(cell in told for cell in cells), f"{path.name}: {cells} are not all on paper"
        look.faults.clear()


def marks(browser, path, words):
    """They stay in view, wherever the page is scrolled to."""
    with Look(browser, path) as look:
        look.run("scrollTo(0, document.body.scrollHeight / 2)")
        for word in words:
            box = look.page.locator(".bar .chip", has_text=word).bounding_box()
            assert box and 0 <= box["y"] < 60, f"{path.name}: {word} at {box}"


def finger(browser, path):
    """A finger on a chart that zooms scrolls the page."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    for name in ("price", "equity"):
        plot = page.locator(f"#regime-1-{name} .plot")
        plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")
        until = time.monotonic() + 60
        while plot.get_attribute("data-drawn") is None and time.monotonic() < until:
            page.wait_for_timeout(50)
        box, before = plot.bounding_box(), page.evaluate("scrollY")
        touch = context.new_cdp_session(page)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 16):
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 12 * step}]})
            page.wait_for_timeout(10)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(300)
        moved = page.evaluate("scrollY") - before
        assert moved > 80, f"{path.name}: a finger on the {name} chart scrolled {moved} pixels"
    context.close()


def texts(look, column):
    rows = look.page.locator("table.sortable tbody tr:visible")
    return [row.locator("td").nth(column).inner_text() for row in rows.all()]


def values(look, column):
    cells = "[...document.querySelectorAll('table.sortable tbody tr')].map(r => r.cells[%d].dataset.v)" % column
    return [float(v) for v in look.run(cells)]


def trades(browser, path):
    with Look(browser, path) as look:
        # The browser lays the table out when it comes near.
        look.run("document.querySelector('table.sortable').scrollIntoView()")
        look.page.wait_for_timeout(300)
        heads = [h.inner_text() for h in look.page.locator("table.sortable thead th").all()]
        net = heads.index("net")
        head = look.page.locator("table.sortable thead th").nth(net)
        button = head.locator("button")
        button.focus()
        look.page.keyboard.press("Enter")
        found = values(look, net)
        assert found == sorted(found) and head.get_attribute("aria-sort") == "ascending"
        look.page.keyboard.press("Enter")
        assert values(look, net) == sorted(found, reverse=True) and len(found) > 3
        assert head.get_attribute("aria-sort") == "descending"
        count = look.page.locator("form.controls output")
        look.page.locator("select[name=outcome]").select_option("won")
        winners = [v for v in found if v > 0]
        assert len(texts(look, net)) == len(winners) < len(found)
        assert count.inner_text() == f"{len(winners)} of {len(found)} trades"
        look.page.locator("button[type=reset]").click()
        look.wait(f"document.querySelector('form.controls output').textContent === '{len(found)} trades'")
        reason = heads.index("exit")
        look.page.locator("select[name=reason]").select_option("stop")
        assert set(texts(look, reason)) == {"stop"}
        look.page.locator("button[type=reset]").click()
        look.page.locator("input[name=text]").fill("no such trade")
        assert count.inner_text() == f"0 of {len(found)} trades"
        # A minus as it is typed.
        least = f"-{-min(found):.0f}"
        look.page.locator("input[name=text]").fill(least)
        assert count.inner_text() != f"0 of {len(found)} trades", f"{least} is not found"
        look.page.locator("input[name=text]").fill("")
        jump(look)


def jump(look):
    """By keyboard: the chart is drawn, zoomed to the trade, says which it is, and leads back."""
    link = look.page.locator("table.sortable a[data-trade]").last
    figure = look.page.locator("#" + link.get_attribute("data-chart"))
    heights = "p => { const [low, high] = echarts.getInstanceByDom(p).getModel().getComponent('yAxis', 0).axis.scale.getExtent(); return high - low; }"
    figure.scroll_into_view_if_needed()
    look.wait("document.querySelector('#%s .plot[data-drawn]') !== null" % link.get_attribute("data-chart"))
    whole = figure.locator(".plot").evaluate(heights)
    link.focus()
    look.page.keyboard.press("Enter")
    said = figure.locator(".picked span").inner_text()
    assert said.startswith(f"Trade {link.get_attribute('data-trade')}:"), said
    assert look.run("document.activeElement.id") == link.get_attribute("data-chart")
    zoom = figure.locator(".plot").evaluate("p => echarts.getInstanceByDom(p).getOption().dataZoom[0]")
    assert zoom["end"] - zoom["start"] < 100, zoom
    chosen = """p => echarts.getInstanceByDom(p).getOption().series.find(s => s.name === "chosen").markArea.data.length"""
    for _ in range(2):
        assert figure.locator(".plot").evaluate(chosen) == 1, "the chosen trade's mark is gone"
        look.page.locator("#theme").click()
    near = figure.locator(".plot").evaluate(heights)
    assert near < whole, f"prices over {near} dollars about a trade, over {whole} in all"
    figure.locator(".picked button").click()
    assert look.run("document.activeElement.dataset.trade") == link.get_attribute("data-trade")


def hostile(browser, path):
    with Look(browser, path) as look:
        look.scroll_through()
        assert look.run("window.ran") is None and look.page.locator("img").count() == 0
        assert look.page.locator("h1").inner_text().startswith("</script><script>window.ran=1</script><img")
        # Tooltips and the chosen trade are text, too.
        box = look.page.locator(".plot").first.bounding_box()
        look.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        look.page.wait_for_timeout(100)
        # What the policy forbids does not run, wherever it came from.
        look.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.ran=1>')")
        look.page.wait_for_timeout(100)
        assert look.run("window.ran") is None
        look.faults.clear()


def speed(browser, path):
    with Look(browser, path) as look:
        rows = look.page.locator("table.sortable tbody tr").count()
    best = None
    for _ in range(3):
        begun = time.perf_counter()
        with Look(browser, path) as look:
            look.run("document.querySelector('.plot').scrollIntoView()")
            look.wait("document.querySelector('.plot[data-drawn]') !== null")
            took = time.perf_counter() - begun
            best = took if best is None else min(best, took)
            if rows > 1:
                script = """() => { const t = performance.now();
                  document.querySelectorAll('table.sortable thead button')[10].click();
                  document.body.offsetHeight; return performance.now() - t; }"""
                sort = look.run(script)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {rows} trades, first chart {best:.2f} s after asking, a sort {sort:.0f} ms")
    # Ten times what an idle machine takes.
    assert best < 10 and sort < 3000


def main():
    folder = Path(sys.argv[1]).resolve()
    pages = sorted(folder.glob("*.html"))
    assert pages, f"no pages in {folder}"
    found = os.environ.get("BROWSER") or None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for path in pages:
            every_page(browser, path)
            print(f"{path.name}: looked at")
        for name, words in (("run", ["SIMULATED"]), ("options", ["SIMULATED", "MODEL"]), ("sweep", ["SIMULATED"]), ("forward", ["SIMULATED"])):
            marks(browser, folder / f"{name}.html", words)
        heatmap(browser, folder / "sweep.html")
        finger(browser, folder / "run.html")
        trades(browser, folder / "run.html")
        hostile(browser, folder / "hostile.html")
        speed(browser, folder / "big.html")
        browser.close()
    print(f"{len(pages)} pages: all hold")


main()
