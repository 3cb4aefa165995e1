//! Which library this is.

use std::ffi::{CStr, c_char};

/// Number of this interface. It grows when something is added; nothing is changed or taken away under the same name
/// of the library file, `libmapwright.so.1`.
pub const ABI: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Number of the interface that the loaded library has. A program needs at least the `MAPWRIGHT_ABI` that it was
/// compiled with.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_abi_version() -> u32 {
    ABI
}

/// Version of the library as text, like `0.1.0`. It ends with a NUL and lives as long as the library; not to be
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_version() -> *const c_char {
    VERSION.as_ptr()
}
