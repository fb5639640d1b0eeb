//! Figures as charts: which of them may share a scale, and how long each bar
//! is.
//!
//! A chart must not say more than its figures do. Bars stand together only if
//! they count the same thing, in several places or periods, or are shares of a
//! whole; fewer than three are read faster as numbers. Bars begin at zero.
//! Inexact values look inexact and say so.

use std::collections::BTreeSet;

use crate::library::Page;
use crate::model::{Comparator, Figure, Vocabulary};

use crate::address::Here;
use crate::render::material::Material;
use crate::render::views::{FigureView, PlotRowView, PlotView};

/// With fewer bars than this there is no chart: a sentence says as much.
const FEWEST_BARS: usize = 3;

/// With more bars than this there is no chart; the table has them all.
const MOST_BARS: usize = 30;

/// A figure as every list of figures shows it.
pub(crate) fn figure_view(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
    figure: &Figure,
) -> FigureView {
    FigureView {
        label: figure.label.clone(),
        value: figure.value.clone(),
        unit: figure.unit.clone(),
        comparator: material.words().comparator(figure).to_owned(),
        period: figure.period.value().cloned(),
        scope: figure.scope.clone(),
        mark: material.places(here, page, &figure.locators),
        note: figure.note.clone(),
        pages: vec![material.page_link(here, page)],
    }
}

/// The charts of one page's figures, in the order of the figures.
pub(crate) fn plots(material: &Material<'_>, here: Here<'_>, page: &Page) -> Vec<PlotView> {
    let groups = groups(&page.figures);
    groups
        .into_iter()
        .map(|group| {
            let figures: Vec<&Figure> = group.members.iter().map(|at| &page.figures[*at]).collect();
            let first = figures[0];
            let whole = whole(&figures);
            let rows = figures.iter().zip(&group.members).map(|(figure, at)| {
                let percent = amount(figure).unwrap_or_default() / whole * 100.0;
                PlotRowView {
                    label: match group.by {
                        By::Label => figure.label.clone(),
                        By::Scope => figure.scope.clone(),
                        By::Period => period(figure).unwrap_or_default().to_owned(),
                    },
                    length: length(percent),
                    rest: length((100.0 - percent).max(0.0)),
                    kind: match figure.comparator {
                        Comparator::Equal => "exact",
                        other => other.slug(),
                    },
                    figure: figure_view(material, here, page, &page.figures[*at]),
                }
            });
            PlotView {
                title: match group.by {
                    By::Label => page.title.clone(),
                    By::Scope | By::Period => first.label.clone(),
                },
                scope: (group.by != By::Scope).then(|| first.scope.clone()),
                period: match group.by {
                    By::Period => None,
                    _ => Some(
                        period(first)
                            .unwrap_or(material.words().text("fact.unknown"))
                            .to_owned(),
                    ),
                },
                unit: first.unit.clone(),
                note: if figures.iter().all(|figure| figure.note == first.note) {
                    first.note.clone()
                } else {
                    String::new()
                },
                share: first.unit == "%",
                rows: rows.collect(),
            }
        })
        .collect()
}

/// What distinguishes the bars of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Label,
    Scope,
    Period,
}

/// Figures that may share a scale.
#[derive(Debug, PartialEq)]
struct Group {
    by: By,
    /// Indices into the page's figures.
    members: Vec<usize>,
}

fn groups(figures: &[Figure]) -> Vec<Group> {
    let mut taken = BTreeSet::new();
    let mut groups = Vec::new();
    // The more two figures have in common, the earlier they are grouped.
    for by in [By::Period, By::Scope, By::Label] {
        let mut refused = BTreeSet::new();
        for (at, first) in figures.iter().enumerate() {
            if taken.contains(&at) || refused.contains(&at) || amount(first).is_none() {
                continue;
            }
            let mut members: Vec<usize> = (at..figures.len())
                .filter(|other| !taken.contains(other))
                .filter(|other| amount(&figures[*other]).is_some())
                .filter(|other| fit(by, first, &figures[*other]))
                .collect();
            // Two values for the same bar contradict each other.
            let names: BTreeSet<&str> = members.iter().map(|m| name(by, &figures[*m])).collect();
            if names.len() < members.len() || members.len() > MOST_BARS {
                // Drop the whole group: a part of it would look like the whole.
                refused.extend(members);
                continue;
            }
            if members.len() < FEWEST_BARS {
                continue;
            }
            if by == By::Period {
                members.sort_by_key(|m| period(&figures[*m]).unwrap_or_default());
            }
            // Three shares of nothing are no chart, either.
            if members.iter().all(|m| amount(&figures[*m]) == Some(0.0)) {
                continue;
            }
            taken.extend(members.iter().copied());
            groups.push(Group { by, members });
        }
    }
    groups.sort_by_key(|group| group.members.iter().copied().min());
    groups
}

fn name(by: By, figure: &Figure) -> &str {
    match by {
        By::Label => &figure.label,
        By::Scope => &figure.scope,
        By::Period => period(figure).unwrap_or_default(),
    }
}

fn fit(by: By, one: &Figure, other: &Figure) -> bool {
    let (label, scope) = (one.label == other.label, one.scope == other.scope);
    let same_period = one.period == other.period;
    one.unit == other.unit
        && match by {
            // Unlike things have no common measure, but parts of a whole do.
            By::Label => scope && same_period && is_share(one) && is_share(other),
            By::Scope => label && same_period,
            // A bar of three years beside one of one year would mislead.
            By::Period => label && scope && span(one).is_some() && span(one) == span(other),
        }
}

fn period(figure: &Figure) -> Option<&str> {
    figure.period.value().map(String::as_str)
}

/// The number of years in a period of whole years; `None` for other periods.
fn span(figure: &Figure) -> Option<i32> {
    let years: Option<Vec<i32>> = period(figure)?
        .split(['–', '-', '—'])
        .map(|year| (year.len() == 4).then(|| year.parse().ok()).flatten())
        .collect();
    match years?.as_slice() {
        [_] => Some(1),
        [from, to] if from < to => Some(to - from + 1),
        _ => None,
    }
}

/// Whether a figure is a share of a whole.
fn is_share(figure: &Figure) -> bool {
    figure.unit == "%" && amount(figure).is_some_and(|value| value <= 100.0)
}

/// The value as a number; `None` if no bar can show it.
fn amount(figure: &Figure) -> Option<f64> {
    let value: f64 = figure.value.parse().ok()?;
    (value.is_finite() && value >= 0.0).then_some(value)
}

/// The value that a full bar stands for.
fn whole(figures: &[&Figure]) -> f64 {
    if figures.iter().all(|figure| is_share(figure)) {
        return 100.0;
    }
    let values = figures.iter().filter_map(|figure| amount(figure));
    values.fold(0.0, f64::max)
}

/// A percentage as an SVG length. At most two decimals, so that the same input
/// gives the same bytes everywhere.
fn length(percent: f64) -> String {
    let rounded = format!("{percent:.2}");
    let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
    format!("{rounded}%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Known, Locators};

    fn figure(label: &str, value: &str, unit: &str, period: Option<&str>, scope: &str) -> Figure {
        Figure {
            label: label.to_owned(),
            value: value.to_owned(),
            unit: unit.to_owned(),
            comparator: Comparator::Equal,
            period: period.map_or(Known::Unknown, |p| Known::Known(p.to_owned())),
            scope: scope.to_owned(),
            locators: Locators(Vec::new()),
            note: String::new(),
        }
    }

    fn members(figures: &[Figure]) -> Vec<(By, Vec<usize>)> {
        let groups = groups(figures).into_iter();
        groups.map(|group| (group.by, group.members)).collect()
    }

    #[test]
    fn other_units_and_periods_share_no_scale() {
        let figures = [
            figure("甲", "28", "万个", Some("2018–2020"), "全国"),
            figure("乙", "39.2", "万人", Some("2018–2020"), "全国"),
            figure("丙", "30", "万人", Some("2021"), "全国"),
        ];
        assert_eq!(members(&figures), []);
    }

    #[test]
    fn shares_of_a_whole_stand_together_and_unlike_things_do_not() {
        let figures = [
            figure("甲", "12", "项", None, "通用"),
            figure("乙", "11", "项", None, "通用"),
            figure("丙", "9", "项", None, "通用"),
            figure("一", "70", "%", Some("2021"), "全国"),
            figure("二", "20", "%", Some("2021"), "全国"),
            figure("三", "10", "%", Some("2021"), "全国"),
        ];
        assert_eq!(members(&figures), [(By::Label, vec![3, 4, 5])]);
        assert_eq!(members(&figures[..5]), [], "two are too few");
    }

    #[test]
    fn years_are_a_series_only_when_they_are_as_long() {
        let year = |period, value| figure("数", value, "件", Some(period), "全国");
        let figures = [
            year("2021", "3"),
            year("2020", "2"),
            year("2017–2019", "9"),
            year("2022", "4"),
        ];
        assert_eq!(members(&figures), [(By::Period, vec![1, 0, 3])]);
    }

    #[test]
    fn regions_stand_side_by_side() {
        let region = |scope, value| figure("数", value, "件", Some("2021"), scope);
        let figures = [
            region("甲省", "3"),
            region("乙省", "2"),
            region("丙省", "1"),
            region("甲省", "4"),
        ];
        // Two values for the same region: neither is drawn.
        assert_eq!(members(&figures), []);
        assert_eq!(members(&figures[..3]), [(By::Scope, vec![0, 1, 2])]);
    }

    #[test]
    fn nothing_and_the_unbounded_have_no_bars() {
        let figures = [
            figure("甲", "0", "%", None, "通用"),
            figure("乙", "0", "%", None, "通用"),
            figure("戊", "0", "%", None, "通用"),
            figure("增长", "130", "%", None, "通用"),
            figure("丙", &"9".repeat(400), "个", None, "通用"),
            figure("丁", "1", "个", None, "通用"),
        ];
        assert_eq!(members(&figures), []);
    }

    #[test]
    fn lengths_have_at_most_two_decimals() {
        assert_eq!(length(100.0), "100%");
        assert_eq!(length(200.0 / 3.0), "66.67%");
        assert_eq!(length(0.0), "0%");
    }
}
