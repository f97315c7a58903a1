#!/usr/bin/env python3
"""Shows a page in headless Chromium, on a desktop and on a phone, and keeps pictures of it.

    site-page.py URL FOLDER

Writes FOLDER/validity-site-desktop.png, ...-phone.png and ...-phone-dark.png. For each prints the
page's width beyond the window's, what it asked of the network, and the contrast of its text that is
weakest. Talks with Chromium over a pipe (Chrome DevTools Protocol), which needs no other program.
"""
import base64
import json
import os
import subprocess
import sys
import tempfile

VIEWS = [("desktop", 1280, 900, False, "light"), ("phone", 390, 844, True, "light"),
         ("phone-dark", 390, 844, True, "dark")]

# The weakest contrast of a text to what is behind it (WCAG 2.1, 1.4.3).
CONTRAST = """
(() => {
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  let least = 21;
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(parts(getComputedStyle(e).color)), b = light(behind(e));
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
})()
"""


class Browser:
    def __init__(self, profile):
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()

        def hand_over():
            # Chromium reads from 3 and writes to 4.
            a, b = os.dup(to_read), os.dup(from_write)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--force-color-profile=srgb", "--remote-debugging-pipe", "--user-data-dir=" + profile],
            close_fds=False, preexec_fn=hand_over, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.write, self.read = to_write, os.fdopen(from_read, "rb")
        self.last = 0
        self.events = []
        self.buffer = b""

    def message(self):
        while b"\0" not in self.buffer:
            part = self.read.read1(1 << 20)
            if not part:
                raise SystemExit("chromium ended")
            self.buffer += part
        one, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, session=None, **params):
        self.last += 1
        request = {"id": self.last, "method": method, "params": params}
        if session:
            request["sessionId"] = session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.write, data):]
        while True:
            answer = self.message()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(i)
            self.events.append(self.message())


def show(browser, url, folder, name, width, height, mobile, scheme):
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def ask(method, **params):
        return browser.ask(method, session, **params)

    def value(expression):
        return ask("Runtime.evaluate", expression=expression)["result"]["value"]

    ask("Page.enable")
    ask("Network.enable")
    ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
        mobile=mobile)
    ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.events.clear()
    ask("Page.navigate", url=url)
    browser.wait("Page.loadEventFired")
    beyond = value("document.documentElement.scrollWidth - window.innerWidth")
    least = value(CONTRAST)
    asked = [e["params"]["request"]["url"] for e in browser.events
             if e.get("method") == "Network.requestWillBeSent"]
    asked = [u for u in asked if not u.startswith("data:")]
    picture = ask("Page.captureScreenshot", format="png")["data"]
    with open(os.path.join(folder, f"validity-site-{name}.png"), "wb") as file:
        file.write(base64.b64decode(picture))
    print(f"{name} beyond={beyond} asked={len(asked)} contrast={'good' if least >= 4.5 else least}")
    browser.ask("Target.closeTarget", targetId=target)


def main():
    url, folder = sys.argv[1:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            for view in VIEWS:
                show(browser, url, folder, *view)
        finally:
            browser.process.terminate()
            browser.process.wait()


main()
