"""A program of Mozilla's without a display, led by Marionette, its own protocol for tests.

While a dialog is open Marionette's commands wait, or say that one is open, and Thunderbird even closes it then.
So the dialogs are answered by a script inside the program, which writes what it did into a file."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

PORT = 2828  # in the test's own network

SETTINGS = {
    "marionette.port": PORT,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.proxy.type": 0,
}

# In the program's own process. Services, Ci and so on are the program's. One line is told for each dialog. Of
# the certificates offered for a login that with the serial number is chosen.
ANSWER_DIALOGS = r"""
const [file, token, pin, serial] = arguments;
let pinsLeft = 1;

globalThis.begin = () => { pinsLeft = 1; };

function tell(what) {
  IOUtils.writeUTF8(file, what.replace(/\s+/g, " ") + "\n", {mode: "appendOrCreate"});
}
globalThis.tell = tell; // for the scripts that share the sandbox

function answerPrompt(window) {
  const dialog = window.document.querySelector("dialog");
  const field = window.document.getElementById("password1Textbox");
  const asksForPin = !window.document.getElementById("password1Container").hidden;
  const text = window.document.getElementById("infoBody").textContent;
  if (!asksForPin || !text.includes(token) || pinsLeft === 0) {
    tell("cancelled: " + text);
    dialog.cancelDialog();
    return;
  }
  pinsLeft--;
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

class Program:
    """A message is its length, a colon, and JSON: [0, number, command, parameters], answered by
    [1, number, error, result]."""

    def __init__(self, program, profile, settings, *arguments):
        """Started on a profile with these settings. It ends with the block whose context it is."""
        with open(pathlib.Path(profile, "user.js"), "w", encoding="utf-8") as file:
            for name, value in (SETTINGS | settings).items():
                file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        self.name = program
        self.notes = pathlib.Path(profile, "told").absolute()
        self.notes.write_text("", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote",
             "--profile", profile, *arguments],
            env=dict(os.environ, MOZ_HEADLESS="1", MOZ_CRASHREPORTER_DISABLE="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self):
        try:
            self.connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def connect(self):
        self.number = 0
        while True:
            try:
                self.stream = socket.create_connection(("127.0.0.1", PORT), 90).makefile("rwb")
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{self.name} has ended")
                time.sleep(0.2)
        self.receive()
        self.command(
            "WebDriver:NewSession",
            capabilities={
                "alwaysMatch": {"pageLoadStrategy": "none", "unhandledPromptBehavior": "ignore"}
            },
        )
        self.command("Marionette:SetContext", value="chrome")

    def receive(self):
        length = b""
        while not length.endswith(b":"):
            byte = self.stream.read(1)
            if not byte:
                raise EOFError(f"{self.name} has closed the connection")
            length += byte
        return json.loads(self.stream.read(int(length[:-1])))

    def command(self, name, **parameters):
        """RuntimeError also where a dialog is open."""
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
        """In the program's own process, or with sandbox=None in the page that it shows."""
        return self.command(
            "WebDriver:ExecuteScript",
            script=script,
            args=arguments,
            sandbox=sandbox,
            newSandbox=sandbox == "system",
        )

    def answer_dialogs(self, token, pin, serial=""):
        """From now on: TOKEN's PIN is given once, every other dialog for a PIN is cancelled. tell(TEXT) in
        the sandbox "answers" adds a line to what is told."""
        self.run(ANSWER_DIALOGS, str(self.notes), token, pin, serial, sandbox="answers")

    def begin(self):
        """Once more: nothing is told yet, and the PIN may be given once."""
        self.run("begin();", sandbox="answers")
        self.notes.write_text("", encoding="utf-8")

    def told(self):
        """The dialogs so far, a line each. Asks the program nothing."""
        return self.notes.read_text(encoding="utf-8")

    def quit(self):
        """Its exit status."""
        self.command("Marionette:SetContext", value="chrome")
        with contextlib.suppress(RuntimeError, EOFError, OSError):
            self.command("Marionette:Quit", flags=["eAttemptQuit"])
        return self.process.wait(60)
