#!/usr/bin/python3 -B
"""pfx-import.py PROGRAM PROFILE FILE: Firefox or Thunderbird, without a display, imports the PKCS#12 FILE into its
profile by what stands behind "Import..." in its certificate manager. The passphrase is in the environment, as PIN.
Told on standard output: the result, 0 where the file was imported, and how the program ended."""

import os
import pathlib
import sys

from marionette import Program

program, profile, path = sys.argv[1:]
passphrase = os.environ.pop("PIN")

IMPORT = """
const [path, passphrase] = arguments;
const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
file.initWithPath(path);
return Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
  .importPKCS12File(file, passphrase);
"""

with Program(program, profile, {}) as led:
    print("result", led.run(IMPORT, str(pathlib.Path(path).absolute()), passphrase))
    print("ended with status", led.quit())
