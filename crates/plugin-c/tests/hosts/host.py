"""A program that has the library by ctypes: host.py LIBRARY MAPPING ENDPOINT. Fails with a traceback when something
is not as it should be. ENDPOINT is a Zendesk that answers on loopback."""

import ctypes
import json
import sys
import threading
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p

OK, INVALID_ARGUMENT, REFUSED, FAILED = range(4)


class Buffer(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("length", c_size_t)]


CALL = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_void_p)


class Network(ctypes.Structure):
    _fields_ = [("call", CALL), ("user", c_void_p)]


TEXT = [c_char_p, c_size_t]
FUNCTIONS = {
    "abi_version": (c_uint32, []),
    "version": (c_char_p, []),
    "mapping_load": (c_int, [*TEXT, *TEXT, POINTER(Network), POINTER(c_void_p), POINTER(Buffer)]),
    "mapping_load_file": (c_int, [*TEXT, *TEXT, POINTER(Network), POINTER(c_void_p), POINTER(Buffer)]),
    "mapping_reload": (c_int, [c_void_p, *TEXT, POINTER(Buffer)]),
    "mapping_reload_file": (c_int, [c_void_p, *TEXT, POINTER(Buffer)]),
    "mapping_destination": (c_int, [c_void_p, POINTER(Buffer)]),
    "mapping_hash": (c_int, [c_void_p, POINTER(Buffer)]),
    "mapping_route": (c_int, [c_void_p, *TEXT, c_int, POINTER(Buffer)]),
    "mapping_process": (c_int, [c_void_p, *TEXT, POINTER(Buffer)]),
    "mapping_free": (None, [POINTER(c_void_p)]),
    "session_open": (c_int, [c_void_p, *TEXT, POINTER(c_void_p), POINTER(Buffer)]),
    "session_transform": (c_int, [c_void_p, *TEXT, POINTER(Buffer)]),
    "session_free": (None, [POINTER(c_void_p)]),
    "reply_set": (c_int, [c_void_p, *TEXT, POINTER(Buffer)]),
    "buffer_free": (None, [POINTER(Buffer)]),
}


class Library:
    """The functions without their prefix; texts and JSON go in and come out as such."""

    def __init__(self, path):
        library = ctypes.CDLL(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(library, "mapwright_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def call(self, name, *arguments):
        """The status, and what stands in the buffer."""
        buffer = Buffer()
        status = getattr(self, name)(*arguments, byref(buffer))
        text = ctypes.string_at(buffer.data, buffer.length).decode() if buffer.data else ""
        self.buffer_free(byref(buffer))
        assert not buffer.data and not buffer.length
        self.buffer_free(byref(buffer))
        return status, text


def lent(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return text, len(text)


def identify(user):
    return {"type": "identify", "userId": user, "traits": {"name": "Åse", "email": f"{user}@acme.test"}}


SETTINGS = {"domain": "acme", "email": "admin@acme.test", "apiToken": "canary-token", "sourceName": ""}


def over_http(library, mapping_text, endpoint):
    mapping, session = c_void_p(), c_void_p()
    options = {"endpoint": endpoint, "attempts": 1}
    assert library.call("mapping_load", *lent(mapping_text), *lent(options), None, byref(mapping)) == (OK, "")
    assert library.call("mapping_destination", mapping) == (OK, "zendesk")
    assert library.call("session_open", mapping, *lent(SETTINGS), byref(session)) == (OK, "")
    status, told = library.call("session_transform", session, *lent([identify("ada"), {"type": "page"}]))
    assert status == OK and [event["outcome"] for event in json.loads(told)] == ["delivered", "rejected"], told
    item = {"message": identify("bob"), "metadata": {"jobId": 7}, "destination": {"Config": SETTINGS}}
    status, output = library.call("mapping_route", mapping, *lent({"input": [item]}), 1)
    assert status == OK and json.loads(output)["output"][0]["statusCode"] == 299, output
    status, output = library.call("mapping_process", mapping, *lent([item]))
    assert status == OK and json.loads(output)[0]["metadata"] == {"jobId": 7}, output
    reload_it(library, mapping, mapping_text)
    for _ in range(2):
        library.session_free(byref(session))
        library.mapping_free(byref(mapping))
        assert not session and not mapping


def reload_it(library, mapping, text):
    before = library.call("mapping_hash", mapping)
    status, problem = library.call("mapping_reload", mapping, *lent(b"format: 1\n"))
    assert status == REFUSED and json.loads(problem)["diagnostics"][0]["severity"] == "error", problem
    assert library.call("mapping_hash", mapping) == before
    changed = text.replace(b"default: Rudder", b"default: Changed", 1)
    assert library.call("mapping_reload", mapping, *lent(changed)) == (OK, "")
    assert library.call("mapping_hash", mapping) != before


def wrong_calls(library, mapping_text):
    mapping = c_void_p()
    wrong = [
        (INVALID_ARGUMENT, (None, 3), (None, 0)),
        (INVALID_ARGUMENT, (b"x", 2**64 - 1), (None, 0)),
        (INVALID_ARGUMENT, (b"\xff", 1), (None, 0)),
        (REFUSED, lent(b"format: 1\n"), (None, 0)),
        (REFUSED, lent(mapping_text), lent({"endpont": ""})),
    ]
    for expected, text, options in wrong:
        status, problem = library.call("mapping_load", *text, *options, None, byref(mapping))
        assert status == expected and json.loads(problem)["message"] and not mapping, problem
    status, problem = library.call("mapping_load_file", *lent(b"/no/such.yaml"), None, 0, None, byref(mapping))
    assert status == FAILED and "/no/such.yaml" in problem, problem
    assert library.call("session_transform", None, *lent([]))[0] == INVALID_ARGUMENT


def own_network(library, mapping_text):
    requests, lock = [], threading.Lock()

    @CALL
    def send(_user, request, length, reply):
        read = json.loads(ctypes.string_at(request, length))
        with lock:
            requests.append(read)
        body = json.dumps({"user": {"id": 1}, "users": []})
        return library.reply_set(reply, *lent({"status": 200, "body": body}), None)

    mapping, session = c_void_p(), c_void_p()
    network = Network(send, None)
    assert library.call("mapping_load", *lent(mapping_text), None, 0, byref(network), byref(mapping)) == (OK, "")
    assert library.call("session_open", mapping, *lent(SETTINGS), byref(session)) == (OK, "")
    outcomes = []

    def run(thread):
        events = [identify(f"{thread}-{event}") for event in range(5)]
        status, told = library.call("session_transform", session, *lent(events))
        with lock:
            outcomes.extend([status, *(event["outcome"] for event in json.loads(told))])

    threads = [threading.Thread(target=run, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [OK, *["delivered"] * 5] * 4, outcomes
    writes = [request for request in requests if request["method"] == "POST"]
    assert len(writes) == 20 and all("https://acme.zendesk.com/" in write["url"] for write in writes)
    assert all(write["headers"]["authorization"].startswith("Basic ") for write in writes)
    assert "Åse" in writes[0]["body"]
    library.session_free(byref(session))
    library.mapping_free(byref(mapping))


def main():
    path, mapping, endpoint = sys.argv[1:]
    library = Library(path)
    assert library.abi_version() == 1 and b"." in library.version()
    with open(mapping, "rb") as file:
        text = file.read()
    over_http(library, text, endpoint)
    wrong_calls(library, text)
    own_network(library, text)


main()
