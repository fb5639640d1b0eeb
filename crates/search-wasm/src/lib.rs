//! The search engine as a WebAssembly module with plain exports.
//!
//! No generated glue code: plain functions over one engine, with bytes in
//! linear memory and answers as UTF-8 JSON with codes instead of messages. The
//! script that calls them is in `themes/default/static/js`; `docs/search.md`
//! describes the interface.
//!
//! A module instance runs on one thread and its exports are never re-entered,
//! so the engine is in a thread-local cell.

#[cfg(target_arch = "wasm32")]
mod heap;

use std::cell::RefCell;

use search::engine::{Engine, Stop};
use search::format::{FormatError, ShardId};
use search::json::JsonWriter;
use search::present;
use search::request::Request;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: heap::Heap = heap::Heap::new();

/// Done; the output is the answer.
const DONE: u32 = 0;
/// Shards are needed; the output lists them.
const NEED: u32 = 1;
/// Failed; the output contains an error code.
const FAILED: u32 = 2;

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Reserves `len` bytes for the caller to fill, and returns their address.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    let bytes = vec![0u8; len].into_boxed_slice();
    Box::into_raw(bytes).cast()
}

/// Frees memory that [`alloc`] reserved.
///
/// # Safety
/// `start` and `len` must be from one call of [`alloc`], and be freed only
/// once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn free(start: *mut u8, len: usize) {
    // SAFETY: by contract, this is the box that `alloc` leaked.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, len)) });
}

/// Opens an index from its boot file. Replaces any other index.
///
/// # Safety
/// The range must have been reserved by [`alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(start: *const u8, len: usize) -> u32 {
    // SAFETY: by contract.
    let file = unsafe { std::slice::from_raw_parts(start, len) };
    match Engine::open(file) {
        Ok(engine) => {
            let boot = engine.boot();
            let mut w = JsonWriter::default();
            w.object(|w| {
                w.key("pages").integer(boot.pages as usize);
                w.key("units").integer(boot.units as usize);
            });
            ENGINE.with_borrow_mut(|slot| *slot = Some(engine));
            answer(DONE, w.finish())
        }
        Err(error) => fail(error),
    }
}

/// Adds the file of a shard.
///
/// # Safety
/// The range must have been reserved by [`alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn supply(id: u32, start: *const u8, len: usize) -> u32 {
    // SAFETY: by contract.
    let file = unsafe { std::slice::from_raw_parts(start, len) };
    ENGINE.with_borrow_mut(|slot| {
        let (Some(engine), Some(id)) = (slot, ShardId::from_u32(id)) else {
            return fail(FormatError::WrongShard);
        };
        match engine.supply(id, file) {
            Ok(()) => answer(DONE, "{}".to_owned()),
            Err(error) => fail(error),
        }
    })
}

/// Answers a request, if the loaded shards allow it.
///
/// # Safety
/// The range must have been reserved by [`alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn search(start: *const u8, len: usize) -> u32 {
    // SAFETY: by contract.
    let bytes = unsafe { std::slice::from_raw_parts(start, len) };
    // The page encodes a string, which is never anything else.
    let request = Request::decode(str::from_utf8(bytes).unwrap_or_default());
    ENGINE.with_borrow_mut(|slot| {
        let Some(engine) = slot else {
            return fail(FormatError::Content("no index is open"));
        };
        let answered = if request.suggest {
            let proposals = engine.suggest(&request);
            proposals.map(|proposals| present::proposals_to_json(&request.query, &proposals))
        } else {
            engine.search(&request).map(|results| results.to_json(None))
        };
        match answered {
            Ok(json) => {
                engine.trim();
                answer(DONE, json)
            }
            Err(Stop::Need(shards)) => answer(NEED, need(engine, &shards)),
            Err(Stop::Bad(error)) => fail(error),
        }
    })
}

/// The address of the last call's answer.
#[unsafe(no_mangle)]
pub extern "C" fn output_ptr() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// The length of the last call's answer, in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn output_len() -> usize {
    OUTPUT.with_borrow(String::len)
}

fn answer(status: u32, text: String) -> u32 {
    OUTPUT.set(text);
    status
}

fn fail(error: FormatError) -> u32 {
    let mut w = JsonWriter::default();
    w.object(|w| {
        w.key("error").object(|w| {
            w.key("code").string(error.code());
        });
    });
    answer(FAILED, w.finish())
}

fn need(engine: &Engine, shards: &[ShardId]) -> String {
    let mut w = JsonWriter::default();
    w.object(|w| {
        w.key("need").array(|w| {
            for &id in shards {
                w.object(|w| {
                    w.key("id").integer(id.to_u32() as usize);
                    w.key("path").string(&engine.path(id).unwrap_or_default());
                });
            }
        });
    });
    w.finish()
}
