#!/usr/bin/python3
"""firefox-visit.py PROFILE TOKEN SERIAL: Firefox without a display, which does what its input says, a line each:
    visit URL PICTURE   opens URL, answers what it asks on the way in its own dialogs, and takes a picture of
                        the page. TOKEN's PIN, in the environment, is given once; every other dialog for a
                        PIN is cancelled. Of the certificates offered that with SERIAL is chosen. Told on
                        standard output: the dialogs, the page and its text.
    quit                ends Firefox and tells how it ended; so does the end of the orders.
The last line of each answer is "the end".

Firefox is led by Marionette, its own protocol for tests. While a dialog is open Marionette's commands
wait, so the answers are given by a script inside Firefox."""

import base64
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import traceback

profile, token, serial = sys.argv[1:]
pin = os.environ.pop("PIN")
port = 2828

settings = {
    "marionette.port": port,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.http.speculative-parallel-limit": 0,
    "network.proxy.type": 0,
}

# In Firefox's own process. Services, Ci and so on are Firefox's; what was done stands in a setting,
# one line of JSON for each dialog.
ANSWER_DIALOGS = r"""
const [token, serial, pin] = arguments;

function tell(what) {
  const told = Services.prefs.getStringPref("mynakey.test.told", "");
  Services.prefs.setStringPref("mynakey.test.told", told + what.replace(/\s+/g, " ") + "\n");
}

function answerPrompt(window) {
  const dialog = window.document.querySelector("dialog");
  const field = window.document.getElementById("password1Textbox");
  const asksForPin = !window.document.getElementById("password1Container").hidden;
  const text = window.document.getElementById("infoBody").textContent;
  const pinsLeft = Services.prefs.getIntPref("mynakey.test.pins", 0);
  if (!asksForPin || !text.includes(token) || pinsLeft === 0) {
    tell("cancelled: " + text);
    dialog.cancelDialog();
    return;
  }
  Services.prefs.setIntPref("mynakey.test.pins", pinsLeft - 1);
  field.value = pin;
  field.dispatchEvent(new window.Event("input", {bubbles: true}));
  dialog.getButton("accept").disabled = false;
  tell("PIN given: " + text);
  dialog.acceptDialog();
}

function chooseCertificate(window) {
  const dialog = window.document.querySelector("dialog");
  const list = window.document.getElementById("nicknames");
  const names = [...list.menupopup.children].map(item => item.getAttribute("label"));
  const place = names.findIndex(name => name.includes(serial));
  if (place < 0) {
    tell("not offered, cancelled: " + names.join("; "));
    dialog.cancelDialog();
    return;
  }
  list.selectedIndex = place;
  tell("chosen: " + names[place] + ", one of " + names.length);
  dialog.acceptDialog();
}

// A dialog may be told of before it is finished.
function later(answer) {
  function attempt(window) {
    try {
      answer(window);
    } catch (error) {
      window.setTimeout(attempt, 300, window);
    }
  }
  return {
    observe(subject) {
      const window = subject.ownerDocument ? subject.ownerDocument.defaultView : subject;
      window.setTimeout(attempt, 300, window);
    },
  };
}

globalThis.observers = [later(answerPrompt), later(chooseCertificate)];
Services.obs.addObserver(globalThis.observers[0], "common-dialog-loaded");
Services.obs.addObserver(globalThis.observers[1], "cert-dialog-loaded");
"""

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

BEGIN_VISIT = """
Services.prefs.setStringPref("mynakey.test.told", "");
Services.prefs.setIntPref("mynakey.test.pins", 1);
"""

TOLD = """return Services.prefs.getStringPref("mynakey.test.told", "");"""


class Marionette:
    """A message is its length, a colon, and JSON: [0, number, command, parameters], answered by
    [1, number, error, result]."""

    def __init__(self, process):
        self.number = 0
        while True:
            try:
                self.stream = socket.create_connection(("127.0.0.1", port), 90).makefile("rwb")
                break
            except OSError:
                if process.poll() is not None:
                    sys.exit("Firefox has ended")
                time.sleep(0.2)
        self.receive()

    def receive(self):
        length = b""
        while not length.endswith(b":"):
            byte = self.stream.read(1)
            if not byte:
                raise EOFError("Firefox has closed the connection")
            length += byte
        return json.loads(self.stream.read(int(length[:-1])))

    def command(self, name, **parameters):
        self.number += 1
        message = json.dumps([0, self.number, name, parameters]).encode()
        self.stream.write(b"%d:%s" % (len(message), message))
        self.stream.flush()
        answer = self.receive()
        while answer[:2] != [1, self.number]:
            answer = self.receive()
        if answer[2]:
            raise RuntimeError(f"{name}: {answer[2].get('message')}")
        return answer[3].get("value") if isinstance(answer[3], dict) else answer[3]

    def run(self, script, *arguments, sandbox="system"):
        return self.command(
            "WebDriver:ExecuteScript",
            script=script,
            args=arguments,
            sandbox=sandbox,
            newSandbox=sandbox == "system",
        )


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


def begin(firefox):
    firefox.command(
        "WebDriver:NewSession",
        capabilities={
            "alwaysMatch": {"pageLoadStrategy": "none", "unhandledPromptBehavior": "ignore"}
        },
    )
    firefox.command("Marionette:SetContext", value="chrome")
    firefox.run(ANSWER_DIALOGS, token, serial, pin, sandbox="answers")


def visit(firefox, url, picture):
    firefox.run(BEGIN_VISIT)
    firefox.run(OPEN_PAGE, "about:blank")
    wait_for_page(firefox, lambda page: page == "about:blank")
    firefox.run(OPEN_PAGE, url)
    # The page, or the one that says why not.
    page = wait_for_page(firefox, lambda page: page != "about:blank")
    print(firefox.run(TOLD), end="")
    print("page:", page)
    firefox.command("Marionette:SetContext", value="content")
    print("text:", firefox.run("return document.documentElement.innerText;", sandbox=None))
    shot = firefox.command("WebDriver:TakeScreenshot", full=False)
    pathlib.Path(picture).write_bytes(base64.b64decode(shot))
    firefox.command("Marionette:SetContext", value="chrome")


def end(firefox):
    with contextlib.suppress(RuntimeError, EOFError, OSError):
        firefox.command("Marionette:Quit", flags=["eAttemptQuit"])
    print("Firefox ended with status", process.wait(60))


def obey_orders(firefox):
    begin(firefox)
    order = ""
    while order != "quit":
        order, *words = sys.stdin.readline().split() or ["quit"]
        {"visit": visit, "quit": end}[order](firefox, *words)
        print("the end", flush=True)


with open(profile + "/user.js", "w", encoding="ascii") as file:
    for name, value in settings.items():
        file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")

process = subprocess.Popen(
    ["firefox-esr", "--headless", "--marionette", "--remote-allow-system-access", "--no-remote",
     "--profile", profile, "about:blank"],
    env=dict(os.environ, MOZ_HEADLESS="1", MOZ_CRASHREPORTER_DISABLE="1"),
    stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
    start_new_session=True,
)
try:
    obey_orders(Marionette(process))
except Exception:
    traceback.print_exc(file=sys.stdout)
    print("the end", flush=True)
finally:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
