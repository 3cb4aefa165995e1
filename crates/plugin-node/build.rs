//! Tells the linker that Node brings the functions of its C API.

fn main() {
    napi_build::setup();
}
