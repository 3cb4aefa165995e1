//! What crosses the border to C: bytes that the caller lends, buffers that it is given, its callback.
#![expect(unsafe_code, reason = "pointers of a C program are turned into references here")]

use std::ffi::{c_int, c_void};
use std::ptr;

use crate::network::Reply;
use crate::problem::Problem;

/// Bytes of the library that the program owns until it gives them back with `mapwright_buffer_free`.
#[repr(C)]
#[derive(Debug)]
pub struct Buffer {
    /// The first byte; null when there are none. Behind the last one stands a NUL that `length` does not count.
    data: *mut u8,
    /// Number of bytes. Not to be changed.
    length: usize,
}

impl Buffer {
    /// A buffer with these bytes.
    pub(crate) fn of(mut bytes: Vec<u8>) -> Self {
        if bytes.is_empty() {
            return Self { data: ptr::null_mut(), length: 0 };
        }
        let length = bytes.len();
        bytes.push(0);
        Self { data: Box::into_raw(bytes.into_boxed_slice()).cast(), length }
    }

    /// Frees the bytes; an empty buffer stays as it is.
    pub(crate) fn clear(&mut self) {
        let data = std::mem::replace(&mut self.data, ptr::null_mut());
        let length = std::mem::take(&mut self.length);
        if !data.is_null() {
            let whole = ptr::slice_from_raw_parts_mut(data, length + 1);
            // SAFETY: `of` made it of a box of this length, and the program may change neither pointer nor length.
            drop(unsafe { Box::from_raw(whole) });
        }
    }
}

/// Makes one request, whose JSON is `length` bytes at `request`, and sets the reply by `mapwright_reply_set`.
///
/// See the section on the network at the top. 0: the reply is set. Any other number, or none set: no reply came, and
/// the request may have arrived.
pub type Call = Option<
    unsafe extern "C" fn(user: *mut c_void, request: *const u8, length: usize, reply: *mut Reply) -> c_int,
>;

/// How a program makes the requests of the library itself.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// The function; not null.
    call: Call,
    /// Handed to `call` as it is. The library never looks at it nor frees it.
    user: *mut c_void,
}

/// A network whose function is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callback(Network);

// SAFETY: the header tells the program that `call` comes from several threads at once with the same `user`.
unsafe impl Send for Callback {}
// SAFETY: as above.
unsafe impl Sync for Callback {}

impl Callback {
    pub(crate) fn of(network: &Network) -> Result<Self, Problem> {
        let is_there = network.call.is_some();
        is_there.then_some(Self(*network)).ok_or_else(|| Problem::invalid("the network has no function"))
    }

    /// Gives the program a request; true when it says that it has set the reply.
    pub(crate) fn call(self, request: &[u8], reply: &mut Reply) -> bool {
        let Network { call, user } = self.0;
        // SAFETY: the program vouches for its function; what it is lent lives until it comes back.
        call.is_some_and(|call| unsafe { call(user, request.as_ptr(), request.len(), reply) } == 0)
    }
}

/// The text that a program lends; `what` names it in the problem.
///
/// # Safety
/// `data` is null or points to `length` bytes that nobody writes while `'a` lasts.
pub(crate) unsafe fn text<'a>(what: &str, data: *const u8, length: usize) -> Result<&'a str, Problem> {
    // SAFETY: the same promise.
    unsafe { text_if_any(what, data, length) }?
        .ok_or_else(|| Problem::invalid(format!("{what}: the pointer is null")))
}

/// The same where null stands for nothing; its length has to be 0.
///
/// # Safety
/// As for [`text`].
pub(crate) unsafe fn text_if_any<'a>(
    what: &str,
    data: *const u8,
    length: usize,
) -> Result<Option<&'a str>, Problem> {
    if isize::try_from(length).is_err() {
        return Err(Problem::invalid(format!("{what}: the length {length} is larger than any object")));
    }
    if data.is_null() {
        let wrong = || Err(Problem::invalid(format!("{what}: the pointer is null, the length {length}")));
        return if length == 0 { Ok(None) } else { wrong() };
    }
    // SAFETY: it is not null, the length fits, and the caller vouches for the bytes.
    let bytes = unsafe { std::slice::from_raw_parts(data, length) };
    let not_text = |error: std::str::Utf8Error| {
        Problem::invalid(format!("{what}: not UTF-8 from byte {} on", error.valid_up_to()))
    };
    std::str::from_utf8(bytes).map(Some).map_err(not_text)
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn a_buffer_is_cleared_once() {
        let mut buffer = Buffer::of(b"{}".to_vec());
        assert!(!buffer.data.is_null() && buffer.length == 2);
        buffer.clear();
        buffer.clear();
        assert!(buffer.data.is_null() && buffer.length == 0);
    }
}
