//! Giving buffers back, and in debug builds a call that panics, for the tests of what then becomes of a program.

use std::mem::MaybeUninit;

use super::Buffer;

/// Frees the bytes of a buffer and makes it empty; does nothing for an empty one, so that freeing it twice is
/// harmless.
///
/// A copy of the struct is not emptied and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_buffer_free(buffer: Option<&mut Buffer>) {
    if let Some(buffer) = buffer {
        buffer.clear();
    }
}

/// Fails inside as a bug would.
///
/// # Panics
/// Always, and the guard catches it.
#[cfg(debug_assertions)]
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_test_panic(problem: Option<&mut MaybeUninit<Buffer>>) -> super::Status {
    #[expect(clippy::panic, reason = "it is what this is for")]
    crate::guard::report(problem, || panic!("as the test wants it"))
}
