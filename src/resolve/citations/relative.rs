//! Resolves citations that count from the place where they stand: 前款,
//! 本条第二项, 前三项.

use super::{Citer, Open, UNCHANGED};
use crate::citation::scan::{Mention, Origin};
use crate::diag::Diagnostic;
use crate::model::CitationTarget;
use search::anchor::{Anchor, Number, ProvisionKind};

impl Citer<'_> {
    pub(super) fn innermost(&self, kind: ProvisionKind) -> Option<&Open> {
        self.open.iter().rev().find(|open| open.kind == kind)
    }

    /// Resolves citations that count from the place where they stand.
    pub(super) fn counted_from_here(
        &self,
        origin: &Origin,
        mention: &Mention,
        text: &str,
    ) -> Option<Vec<CitationTarget>> {
        let page = self.page?;
        let article = self.innermost(ProvisionKind::Article);
        let paragraph = self.innermost(ProvisionKind::Paragraph);
        match origin {
            Origin::Document(_) => None,
            Origin::Article => {
                let own = article.and_then(|own| self.provisions(page, &own.anchor, mention));
                if text[mention.range.clone()].starts_with("本条") {
                    return own;
                }
                // 违反第二十条第一款的，……；违反第二款的，……: the paragraph belongs to the article
                // just cited, not to this one.
                let cited = self.last_article.as_ref();
                let cited = cited.and_then(|(page, at)| self.provisions(*page, at, mention));
                if text[..mention.range.start].ends_with("违反") {
                    cited.or(own)
                } else {
                    own.or(cited)
                }
            }
            Origin::LastArticle => {
                let (page, article) = self.last_article.as_ref()?;
                self.provisions(*page, article, mention)
            }
            Origin::Paragraph { written: true } => {
                self.provisions(page, &paragraph?.anchor, mention)
            }
            Origin::Paragraph { written: false } => {
                let paragraph = paragraph?;
                let in_item = self
                    .open
                    .last()
                    .is_some_and(|o| o.kind >= ProvisionKind::Item);
                let cited = paragraph.cites.as_ref().filter(|_| in_item);
                cited
                    .and_then(|(page, anchor)| self.provisions(*page, anchor, mention))
                    .or_else(|| self.provisions(page, &paragraph.anchor, mention))
                    .or_else(|| {
                        let before = self.paragraphs_before(1)?;
                        self.provisions(page, before.last()?, mention)
                    })
                    .or_else(|| self.provisions(page, &article?.anchor, mention))
                    // 违反第十六条规定，有第六项行为的: the items belong to the cited article,
                    // since this one has none.
                    .or_else(|| {
                        let (page, article) = self.last_article.as_ref()?;
                        self.provisions(*page, article, mention)
                    })
            }
            Origin::Before { kind, count } => {
                let before = match kind {
                    ProvisionKind::Article => self.articles_before(*count)?,
                    ProvisionKind::Paragraph => self.paragraphs_before(*count)?,
                    _ => self.items_before(*count)?,
                };
                if !mention.steps.is_empty() {
                    return self.provisions(page, before.last()?, mention);
                }
                let targets = before.into_iter().map(|anchor| CitationTarget::Provision {
                    page,
                    anchor: anchor.into(),
                });
                Some(targets.collect())
            }
        }
    }

    /// Reports 本条第三款 if the article has no such paragraph. A bare 第三款 is not
    /// reported because it may cite another article.
    pub(super) fn nowhere_here(
        &mut self,
        origin: &Origin,
        mention: &Mention,
        text: &str,
    ) -> Option<Vec<CitationTarget>> {
        let written = &text[mention.range.clone()];
        let certain = match origin {
            Origin::Article => written.starts_with("本条"),
            Origin::Paragraph { written } => *written,
            Origin::Before { .. } => !mention.steps.is_empty(),
            _ => false,
        };
        if !certain || self.amended.is_some() {
            return None;
        }
        let article = self.innermost(ProvisionKind::Article)?.anchor.clone();
        if !self.is_quiet() && self.reported.insert(format!("{article} {written}")) {
            let at = self.at;
            let span = self.span(written);
            self.at = at;
            let message = format!("“{written}”不存在");
            self.diagnostics.push(
                Diagnostic::warning("unresolved-provision", span, message)
                    .hint(format!("核对编号，并核对分段是否与原文一致；{UNCHANGED}")),
            );
        }
        Some(vec![CitationTarget::Unresolved])
    }

    fn articles_before(&self, count: u32) -> Option<Vec<String>> {
        self.innermost(ProvisionKind::Article)?;
        let before = self.articles.len().checked_sub(1)?;
        let first = before.checked_sub(count as usize)?;
        Some(self.articles[first..before].to_vec())
    }

    fn paragraphs_before(&self, count: u32) -> Option<Vec<String>> {
        let number = self.innermost(ProvisionKind::Paragraph)?.number?.base;
        let article = &self.innermost(ProvisionKind::Article)?.anchor;
        self.numbered_before(number, count, article, ProvisionKind::Paragraph)
    }

    fn items_before(&self, count: u32) -> Option<Vec<String>> {
        let paragraph = self.innermost(ProvisionKind::Paragraph)?;
        let last = self.open.last()?;
        if last.kind == ProvisionKind::Paragraph {
            // 前三项 after a list of three items.
            let list = self.paragraphs_before(1)?.pop()?;
            let anchors = self.targets.anchors(self.page?);
            let has = |item| anchors.contains(&child(&list, ProvisionKind::Item, item));
            let all = has(count) && !has(count + 1);
            return all
                .then(|| self.numbered_before(count + 1, count, &list, ProvisionKind::Item))?;
        }
        let number = self.innermost(ProvisionKind::Item)?.number?.base;
        self.numbered_before(number, count, &paragraph.anchor, ProvisionKind::Item)
    }

    /// The provisions in `above` right before the one with this number.
    fn numbered_before(
        &self,
        number: u32,
        count: u32,
        above: &str,
        kind: ProvisionKind,
    ) -> Option<Vec<String>> {
        let anchors = self.targets.anchors(self.page?);
        let first = number.checked_sub(count).filter(|first| *first > 0)?;
        let before = (first..number).map(|number| child(above, kind, number));
        let before: Vec<String> = before.filter(|a| anchors.contains(a)).collect();
        (!before.is_empty()).then_some(before)
    }
}

fn child(above: &str, kind: ProvisionKind, number: u32) -> String {
    Anchor(above).child(kind, Some(Number::plain(number)))
}
