#!/usr/bin/python3 -B
"""firefox-visit.py PROFILE TOKEN SERIAL: Firefox without a display, which does what its input says, a line each:
    visit URL PICTURE   opens URL, answers what it asks on the way in its own dialogs, and takes a picture of
                        the page. TOKEN's PIN, in the environment, is given once; every other dialog for a
                        PIN is cancelled. Of the certificates offered that with SERIAL is chosen. Told on
                        standard output: the dialogs, the page and its text.
    quit                ends Firefox and tells how it ended; so does the end of the orders.
The last line of each answer is "the end"."""

import base64
import contextlib
import os
import pathlib
import sys
import time
import traceback

from marionette import Program

profile, token, serial = sys.argv[1:]
pin = os.environ.pop("PIN")

settings = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "network.http.speculative-parallel-limit": 0,
}

OPEN_PAGE = """
const window = Services.wm.getMostRecentWindow("navigator:browser"), [url] = arguments;
const triggeringPrincipal = Services.scriptSecurityManager.createNullPrincipal({});
window.setTimeout(() => window.gBrowser.selectedBrowser.fixupAndLoadURIString(url,
  {triggeringPrincipal}), 200);
"""

PAGE = """
const browser = Services.wm.getMostRecentWindow("navigator:browser").gBrowser.selectedBrowser;
return [browser.webProgress.isLoadingDocument, browser.documentURI ? browser.documentURI.spec : ""];
"""


def wait_for_page(firefox, is_it):
    end = time.monotonic() + 90
    page = ""
    while time.monotonic() < end:
        time.sleep(0.3)
        with contextlib.suppress(RuntimeError):  # a dialog is open
            loading, page = firefox.run(PAGE)
            if not loading and is_it(page):
                break
    return page


def visit(firefox, url, picture):
    firefox.begin()
    firefox.run(OPEN_PAGE, "about:blank")
    wait_for_page(firefox, lambda page: page == "about:blank")
    firefox.run(OPEN_PAGE, url)
    # The page, or the one that says why not.
    page = wait_for_page(firefox, lambda page: page != "about:blank")
    print(firefox.told(), end="")
    print("page:", page)
    firefox.command("Marionette:SetContext", value="content")
    print("text:", firefox.run("return document.documentElement.innerText;", sandbox=None))
    shot = firefox.command("WebDriver:TakeScreenshot", full=False)
    pathlib.Path(picture).write_bytes(base64.b64decode(shot))
    firefox.command("Marionette:SetContext", value="chrome")


def end(firefox):
    print("Firefox ended with status", firefox.quit())


def obey_orders(firefox):
    firefox.answer_dialogs(token, pin, serial)
    order = ""
    while order != "quit":
        order, *words = sys.stdin.readline().split() or ["quit"]
        {"visit": visit, "quit": end}[order](firefox, *words)
        print("the end", flush=True)


try:
    with Program("firefox-esr", profile, settings, "about:blank") as firefox:
        obey_orders(firefox)
except Exception:
    traceback.print_exc(file=sys.stdout)
    print("the end", flush=True)
