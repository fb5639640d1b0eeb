//! Checks the registers against each other and against the provincial
//! divisions.

use super::mentions::mismatch;
use crate::diag::Diagnostic;
use crate::model::divisions;
use crate::parse::page::{RegionOfOrgan, Registers};

/// Checks the registers.
pub fn check(registers: &Registers) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for region in registers.regions.values() {
        let (code, name) = (&region.value.code, &region.value.name);
        // 山西 and 陕西 are often confused.
        let standard = divisions().find(|known| known.code == *code || known.name == *name);
        if let Some(known) = standard
            && (known.code != *code || known.name != *name)
        {
            let message = format!("地区“{name}”与代码 {code} 不符");
            found.push(
                mismatch(region.span.clone(), message)
                    .hint(format!("GB/T 2260：{} 为{}", known.code, known.name)),
            );
        }
    }
    let known = !registers.unread.contains("data/regions.toml");
    for RegionOfOrgan { organ, code } in &registers.regions_of_organs {
        if known && registers.region(&code.value).is_none() {
            let message = format!("机关“{organ}”的地区代码“{}”尚未登记", code.value);
            found.push(
                Diagnostic::error("unknown-id", code.span.clone(), message)
                    .hint("先在 data/regions.toml 中登记该地区，或改正代码"),
            );
        }
    }
    found
}
