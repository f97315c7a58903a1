#!/usr/bin/python3
"""at-terminal.py [QUESTION ANSWER]... -- COMMAND...: runs COMMAND on a terminal of its own, as a person would:
waits for each QUESTION, then types the ANSWER to it. What the terminal shows goes to standard output, and
COMMAND's status is the status; 97 when it ended before a question came."""

import os
import pty
import sys

place = sys.argv.index("--")
answers, command = sys.argv[1:place], sys.argv[place + 1 :]
questions = list(zip(answers[::2], answers[1::2]))

child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

said = b""  # since the last answer
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # Linux says so where the last of them has closed the terminal
        break
    sys.stdout.buffer.write(piece)
    said += piece
    if questions and questions[0][0].encode() in said:
        os.write(terminal, questions.pop(0)[1].encode() + b"\n")
        said = b""

sys.stdout.flush()
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
if questions:
    print(f"\nwas not asked: {questions[0][0]}")
    sys.exit(97)
sys.exit(status if status >= 0 else 128 - status)
