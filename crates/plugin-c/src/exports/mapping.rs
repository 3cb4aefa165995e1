//! Loading mappings, asking them, and running the batches of hosts that have envelopes.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::Arc;

use mapwright::deliver;

use super::{Buffer, Mapping, Network};
use crate::guard;
use crate::mapping::Source;
use crate::network::CallbackNetwork;
use crate::options::Options;
use crate::pointers::{Callback, text, text_if_any};
use crate::problem::{Problem, Status};

/// Loads the text of a mapping and starts the threads that its events run on.
///
/// `options` may be null with length 0; see the section on options at the top. `network` may be null: the library
/// makes the requests itself. What it points to is copied; its `user` has to live until the mapping and all its
/// sessions are freed.
///
/// On success `*mapping` is a handle to be freed with `mapwright_mapping_free`, else null.
/// `MAPWRIGHT_STATUS_REFUSED`: the mapping has errors, which the problem has as `diagnostics`, or the options are
/// wrong. `MAPWRIGHT_STATUS_FAILED`: no threads or no HTTP client can be had. `problem` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_mapping_load(
    data: *const u8,
    length: usize,
    options: *const u8,
    options_length: usize,
    network: Option<&Network>,
    mapping: Option<&mut MaybeUninit<Option<Box<Mapping>>>>,
    problem: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::make(mapping, problem, || {
        // SAFETY: the caller vouches for pointers and lengths.
        let (text, options) = unsafe {
            (text("the mapping", data, length)?, text_if_any("the options", options, options_length)?)
        };
        Mapping::load(&Source::of_text(text), Options::read(options)?, carried(network)?)
    })
}

/// Loads a mapping file. `path` is UTF-8, and what diagnostics call the mapping where the options have no `name`.
///
/// All else is as for `mapwright_mapping_load`. `MAPWRIGHT_STATUS_FAILED` also: the file cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_mapping_load_file(
    path: *const u8,
    path_length: usize,
    options: *const u8,
    options_length: usize,
    network: Option<&Network>,
    mapping: Option<&mut MaybeUninit<Option<Box<Mapping>>>>,
    problem: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::make(mapping, problem, || {
        // SAFETY: the caller vouches for pointers and lengths.
        let (path, options) = unsafe {
            (text("the path", path, path_length)?, text_if_any("the options", options, options_length)?)
        };
        Mapping::load(&Source::read(path)?, Options::read(options)?, carried(network)?)
    })
}

/// Loads a text in place of the mapping that is loaded.
///
/// Calls that begin later use it, in sessions that are open too; those under way end with the one before. An event
/// never sees two. `MAPWRIGHT_STATUS_REFUSED`: it has errors or is for another destination, and nothing has changed.
/// `problem` may be null. Threads may call it at any time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_mapping_reload(
    mapping: Option<&Mapping>,
    data: *const u8,
    length: usize,
    problem: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::report(problem, || {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { text("the mapping", data, length) }?;
        there(mapping)?.reload(&Source::of_text(text))
    })
}

/// Loads a file in place of the mapping that is loaded, as `mapwright_mapping_reload` does.
///
/// `MAPWRIGHT_STATUS_FAILED`: the file cannot be read, and nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_mapping_reload_file(
    mapping: Option<&Mapping>,
    path: *const u8,
    path_length: usize,
    problem: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::report(problem, || {
        // SAFETY: the caller vouches for pointer and length.
        let path = unsafe { text("the path", path, path_length) }?;
        there(mapping)?.reload(&Source::read(path)?)
    })
}

/// Name of the destination, as text. It stays the same when the mapping is loaded again.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_mapping_destination(
    mapping: Option<&Mapping>,
    result: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::answer(result, || Ok(there(mapping)?.destination().to_owned().into_bytes()))
}

/// Fingerprint of the mapping that is loaded at this moment, as text. Mappings that do the same thing by the same
/// text have the same one, in each process and on each machine.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_mapping_hash(
    mapping: Option<&Mapping>,
    result: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::answer(result, || Ok(there(mapping)?.hash().into_bytes()))
}

/// Runs a batch of a transformer host's router and waits for it.
///
/// The batch is `{"input": [{"message", "metadata", "destination"}…]}`, or the list alone; the settings of an account
/// are in its `destination`. Gives `{"output": […]}`. `can_filter` other than 0 says that the host knows status 298.
/// `MAPWRIGHT_STATUS_REFUSED`: the batch is not of this shape. A bad event is told in its output, not by the status.
/// Threads may call it at the same time; a callback of the network may not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_mapping_route(
    mapping: Option<&Mapping>,
    batch: *const u8,
    length: usize,
    can_filter: c_int,
    result: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::answer(result, || {
        // SAFETY: the caller vouches for pointer and length.
        let batch = unsafe { text("the batch", batch, length) }?;
        there(mapping)?.route(batch, can_filter != 0)
    })
}

/// Runs a list of a transformer host's processor and waits for it.
///
/// The list is `[{"message", "metadata", "destination"}…]`; gives a list with an element for each output. Errors and
/// threads are as for `mapwright_mapping_route`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_mapping_process(
    mapping: Option<&Mapping>,
    list: *const u8,
    length: usize,
    result: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::answer(result, || {
        // SAFETY: the caller vouches for pointer and length.
        let list = unsafe { text("the list", list, length) }?;
        there(mapping)?.process(list)
    })
}

/// Frees a mapping and sets the pointer to null; does nothing when it is null already.
///
/// Sessions stay usable; the threads end with the last of them. Not while a call of this handle is under way, and not
/// in a callback of its network.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_mapping_free(mapping: Option<&mut Option<Box<Mapping>>>) {
    guard::drop_caught(mapping.and_then(Option::take));
}

fn there(mapping: Option<&Mapping>) -> Result<&Mapping, Problem> {
    mapping.ok_or_else(|| Problem::invalid("the mapping is null"))
}

fn carried(network: Option<&Network>) -> Result<Option<Arc<dyn deliver::Network>>, Problem> {
    let Some(network) = network else { return Ok(None) };
    Ok(Some(Arc::new(CallbackNetwork(Callback::of(network)?))))
}
