#!/usr/bin/python3
"""type-pin.py TIMES COMMAND...: runs COMMAND on a terminal of its own and types the PIN, which stands in the
environment, where it is asked for: TIMES times. Whoever asks once more gets nothing: COMMAND is ended,
status 97. Else the status is COMMAND's; what the terminal shows goes to standard output.

A question is a line that has not ended on a terminal that does not show what is typed."""

import os
import pty
import select
import signal
import sys
import termios

times, command = int(sys.argv[1]), sys.argv[2:]
pin = os.environ.pop("PIN").encode()

child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

modes = termios.tcgetattr(terminal)
modes[1] &= ~termios.OPOST  # output: lines end as the programs end them
termios.tcsetattr(terminal, termios.TCSANOW, modes)


def is_shown():
    return termios.tcgetattr(terminal)[3] & termios.ECHO


said = b""  # since the last answer
while True:
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says so where the last of them has closed the terminal
            break
        sys.stdout.buffer.write(piece)
        sys.stdout.flush()
        said += piece
    elif not is_shown() and said.strip() and not said.endswith(b"\n"):
        if times == 0:
            print("\nThe PIN is asked for once more.", flush=True)
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            sys.exit(97)
        times -= 1
        said = b""
        os.write(terminal, pin + b"\n")

status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(status if status >= 0 else 128 - status)
