//! Makes the rows of tables equally long.

/// Most columns of a table; a cell that claims to span more is cut.
pub const MOST_COLUMNS: usize = 100;

/// Most cells of a table once its rows are equally long. A larger table is read
/// as paragraphs: a short file may claim a hundred columns for each of a
/// million rows.
const MOST_CELLS: usize = 500_000;

/// Makes rows equally long and drops empty ones.
///
/// # Errors
/// When there are too many cells for a table: the texts of the cells.
pub fn even(mut rows: Vec<Vec<String>>) -> Result<Vec<Vec<String>>, Vec<String>> {
    rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    if rows.is_empty() || rows.len() * width > MOST_CELLS {
        let cells = rows.into_iter().flatten();
        return Err(cells.filter(|cell| !cell.trim().is_empty()).collect());
    }
    for row in &mut rows {
        for cell in row.iter_mut() {
            *cell = cell.trim().to_owned();
        }
        row.resize(width, String::new());
    }
    Ok(rows)
}
