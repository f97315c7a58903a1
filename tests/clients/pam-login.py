#!/usr/bin/python3
"""pam-login.py FOLDER SERVICE USER: authenticates USER by the PAM service FOLDER/SERVICE. Questions whose
answer is not shown get the PIN out of the environment. Success is PAM_SUCCESS after exactly one of
them; PAM's refusal is status 1, everything else 2."""

import ctypes
import os
import sys

PAM_SUCCESS = 0
PAM_PROMPT_ECHO_OFF = 1

libc = ctypes.CDLL(None)
libc.calloc.restype = ctypes.c_void_p
libc.calloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
libc.strdup.restype = ctypes.c_void_p
libc.strdup.argtypes = [ctypes.c_char_p]
pam = ctypes.CDLL("libpam.so.0")
pam.pam_strerror.restype = ctypes.c_char_p
questions = 0


class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]


CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(ctypes.POINTER(Message)),
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.c_void_p,
)


class Conversation(ctypes.Structure):
    _fields_ = [("callback", CALLBACK), ("data", ctypes.c_void_p)]


@CALLBACK
def converse(count, messages, responses, _data):
    """The answers are PAM's from then on, which frees them: hence the C library's memory."""
    global questions
    memory = libc.calloc(count, ctypes.sizeof(Response))
    answers = ctypes.cast(memory, ctypes.POINTER(Response))
    for i in range(count):
        message = messages[i].contents
        print(message.style, message.text.decode(errors="replace"), flush=True)
        if message.style == PAM_PROMPT_ECHO_OFF:
            questions += 1
            answers[i].text = libc.strdup(os.environ["PIN"].encode())
    responses[0] = memory
    return PAM_SUCCESS


folder, service, user = (word.encode() for word in sys.argv[1:])
handle = ctypes.c_void_p()
conversation = Conversation(converse, None)
if pam.pam_start_confdir(service, user, ctypes.byref(conversation), folder, ctypes.byref(handle)):
    sys.exit(2)
status = pam.pam_authenticate(handle, 0)
print(pam.pam_strerror(handle, status).decode())
pam.pam_end(handle, status)
if status == PAM_SUCCESS and questions != 1:
    sys.exit(2)
sys.exit(status != PAM_SUCCESS)
