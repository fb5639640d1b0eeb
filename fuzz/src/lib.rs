//! Coverage-guided fuzzing with libFuzzer. Each program in `fuzz_targets/` runs
//! one of the [`targets`].

use std::cell::OnceCell;
use std::path::Path;

pub mod targets;

thread_local! {
    static READER: OnceCell<targets::Reader> = const { OnceCell::new() };
}

/// Passes an input to a target. A process runs only one.
pub fn read(target: &str, bytes: &[u8]) {
    READER.with(|reader| {
        let reader = reader.get_or_init(|| {
            if target == "picture" {
                // The program catches panics of decoders. libFuzzer's own hook
                // would take them for finds.
                std::panic::set_hook(Box::new(|_| {}));
            }
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
            targets::reader(target, folder.parent().expect("the repository"))
        });
        reader(bytes);
    });
}
