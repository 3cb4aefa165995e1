"""Runs the events of standard input, one after another, through the C library: each.py LIBRARY MAPPING ENDPOINT."""

import ctypes
import json
import sys
from ctypes import POINTER, byref, c_char_p, c_size_t, c_void_p


class Buffer(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("length", c_size_t)]


def main():
    path, mapping_path, endpoint, settings = sys.argv[1:]
    library = ctypes.CDLL(path)
    text = [c_char_p, c_size_t]
    library.mapwright_mapping_load_file.argtypes = [*text, *text, c_void_p, POINTER(c_void_p), POINTER(Buffer)]
    library.mapwright_session_open.argtypes = [c_void_p, *text, POINTER(c_void_p), POINTER(Buffer)]
    library.mapwright_session_transform.argtypes = [c_void_p, *text, POINTER(Buffer)]
    mapping, session = c_void_p(), c_void_p()

    def lent(value):
        return value.encode(), len(value.encode())

    def call(function, *arguments):
        buffer = Buffer()
        status = function(*arguments, byref(buffer))
        said = ctypes.string_at(buffer.data, buffer.length).decode() if buffer.data else ""
        library.mapwright_buffer_free(byref(buffer))
        assert status == 0, said
        return said

    options = json.dumps({"endpoint": endpoint})
    call(library.mapwright_mapping_load_file, *lent(mapping_path), *lent(options), None, byref(mapping))
    call(library.mapwright_session_open, mapping, *lent(settings), byref(session))
    for line in sys.stdin:
        print(json.dumps(json.loads(call(library.mapwright_session_transform, session, *lent(f"[{line}]")))[0]))
    library.mapwright_session_free(byref(session))
    library.mapwright_mapping_free(byref(mapping))


main()
