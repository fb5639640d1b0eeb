//! Titles as people cite them: with other brackets, and shorter.

/// Normalises a title: removes outer 《》 and spaces and unifies inner brackets,
/// since writers vary these.
pub fn normalise(title: &str) -> String {
    let plain: String = title
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '〈' => '《',
            '〉' => '》',
            '(' => '（',
            ')' => '）',
            other => other,
        })
        .collect();
    plain
        .strip_prefix('《')
        .and_then(|rest| rest.strip_suffix('》'))
        .map_or(plain.clone(), str::to_owned)
}

/// Shorter forms of a normalised title: without the name of the state, and
/// without a note about trial or amendment at its end.
pub fn shorter_forms(title: &str) -> Vec<String> {
    const STATE: &str = "中华人民共和国";
    const NOTES: &[&str] = &["试行", "暂行", "修正", "修订", "草案", "年"];
    let mut forms = Vec::new();
    let without_state = title.strip_prefix(STATE).filter(|rest| !rest.is_empty());
    forms.extend(without_state.map(str::to_owned));
    let note = title.rfind('（').filter(|at| {
        let note = &title[*at..];
        *at > 0 && note.ends_with('）') && NOTES.iter().any(|word| note.contains(word))
    });
    if let Some(at) = note {
        let shorter = &title[..at];
        forms.push(shorter.to_owned());
        let without_state = shorter.strip_prefix(STATE).filter(|rest| !rest.is_empty());
        forms.extend(without_state.map(str::to_owned));
    }
    forms
}
