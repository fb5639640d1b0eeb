//! Turns a template's mistake into a diagnostic.
//!
//! minijinja's own excerpts count characters, so their carets are misplaced
//! under Chinese text. We take the byte range and let our own renderer draw.

use std::ops::Range;

use minijinja::{Error, ErrorKind, Value};

use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, FileId, Span};

use super::templates::Templates;
use super::words;
use crate::words::WordFault;

/// The diagnostic of a template's mistake.
///
/// `template` is the template that was asked for, `context` its values.
pub(super) fn diagnostic(
    error: &Error,
    templates: &Templates,
    template: &str,
    context: &Value,
) -> Diagnostic {
    // An error inside an include or a block carries the place of the include;
    // its cause carries the place of the mistake.
    let chain = chain(error);
    let innermost = *chain.last().expect("the error itself is in its chain");
    let (code, message) = explain(innermost);
    let span =
        span(innermost, templates).or_else(|| chain.iter().rev().find_map(|e| span(e, templates)));
    let fallback = || templates.file(template).unwrap_or(FileId(0));
    let span = span.unwrap_or_else(|| Span::start_of(fallback()));
    let mut found = Diagnostic::error(code, span.clone(), message);
    if let Some(label) = label(innermost) {
        found = found.label(label);
    }
    for outer in chain.iter().rev().skip(1) {
        if let Some(place) = self::span(outer, templates)
            && place != span
            && found.related.iter().all(|(known, _)| *known != place)
            && found.related.len() < 4
        {
            found = found.related(place, "由此处引用");
        }
    }
    for hint in hints(innermost, templates, context) {
        found = found.hint(hint);
    }
    found
}

fn chain(error: &Error) -> Vec<&Error> {
    let mut chain = vec![error];
    let mut current: &dyn std::error::Error = error;
    while let Some(next) = current.source() {
        if let Some(inner) = next.downcast_ref::<Error>() {
            chain.push(inner);
        }
        current = next;
    }
    chain
}

fn span(error: &Error, templates: &Templates) -> Option<Span> {
    let file = templates.file(error.name()?)?;
    let range = error.range().or_else(|| line_range(error));
    Some(Span::new(file, range?))
}

/// The range of the whole line, for errors without a more precise one.
fn line_range(error: &Error) -> Option<Range<usize>> {
    let (text, number) = (error.template_source()?, error.line()?);
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index + 1 == number {
            let indent = line.len() - line.trim_start().len();
            return Some(start + indent..start + line.trim_end().len().max(indent));
        }
        start += line.len();
    }
    None
}

fn is_endless(error: &Error) -> bool {
    error.kind() == ErrorKind::OutOfFuel
        || error
            .detail()
            .is_some_and(|detail| detail.contains("recursion limit"))
}

/// The code and the message of an error.
fn explain(error: &Error) -> (&'static str, String) {
    if is_endless(error) {
        return (
            "template-endless",
            "模板未能运行完毕：循环次数过多，或模板嵌套过深".to_owned(),
        );
    }
    if let Some(fault) = word_fault(error) {
        let code = match fault {
            WordFault::Unknown { .. } => "words-key",
            WordFault::Missing { .. } => "words-value",
        };
        return (code, fault.to_string());
    }
    let expression = expression(error);
    match error.kind() {
        ErrorKind::SyntaxError | ErrorKind::BadEscape => {
            ("template-syntax", "模板语法有误".to_owned())
        }
        ErrorKind::UndefinedError => (
            "template-undefined",
            match undefined_name(error).or(expression) {
                Some(name) => format!("模板使用了不存在的值 {name}"),
                None => "模板使用了不存在的值".to_owned(),
            },
        ),
        ErrorKind::TemplateNotFound => ("template-missing", "未找到模板".to_owned()),
        ErrorKind::UnknownFilter => ("template-undefined", "模板使用了不存在的过滤器".to_owned()),
        ErrorKind::UnknownTest => ("template-undefined", "模板使用了不存在的判断".to_owned()),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => {
            ("template-undefined", "模板使用了不存在的函数".to_owned())
        }
        ErrorKind::UnknownBlock => ("template-undefined", "模板使用了不存在的块".to_owned()),
        _ => ("template-error", "模板运行出错".to_owned()),
    }
}

/// The faulty word of the interface, if that is the mistake.
fn word_fault(error: &Error) -> Option<&WordFault> {
    std::error::Error::source(error)?.downcast_ref()
}

/// The failing expression, when it is short enough to name.
fn expression(error: &Error) -> Option<&str> {
    let text = error.template_source()?.get(error.range()?)?;
    (!text.is_empty() && text.len() <= 60 && !text.contains('\n')).then_some(text)
}

/// The undefined name, from minijinja's sentence "`home.lates` is undefined".
fn undefined_name(error: &Error) -> Option<&str> {
    error.detail()?.split('`').nth(1)
}

/// The field that was probably meant: of the existing names, the one nearest to
/// the wrong one.
fn meant(error: &Error, context: &Value) -> Option<String> {
    let name = undefined_name(error)?;
    let (parent, wrong) = match name.rsplit_once('.') {
        Some((parent, wrong)) => (Some(parent), wrong),
        None => (None, name),
    };
    let mut value = context.clone();
    for part in parent.into_iter().flat_map(|path| path.split('.')) {
        value = value.get_attr(part).ok()?;
    }
    let names: Vec<String> = value.try_iter().ok()?.map(|key| key.to_string()).collect();
    let near = nearest(wrong, names.iter().map(String::as_str))?;
    Some(match parent {
        Some(parent) => format!("{parent}.{near}"),
        None => near.to_owned(),
    })
}

/// minijinja's own message, which is in English and names the thing.
fn label(error: &Error) -> Option<String> {
    if is_endless(error) {
        return Some("在此处中断".to_owned());
    }
    if word_fault(error).is_some() {
        return None;
    }
    match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError, detail) => {
            // If an import or a macro lies in between, minijinja says where it
            // is from.
            let from = detail
                .and_then(|detail| detail.split_once(" (from "))
                .map(|(_, from)| from);
            let from = from.map(|from| format!("，引自 {}", from.trim_end_matches(')')));
            Some(format!("没有该值{}", from.unwrap_or_default()))
        }
        (_, detail) => detail.map(ToOwned::to_owned),
    }
}

fn hints(error: &Error, templates: &Templates, context: &Value) -> Vec<String> {
    if is_endless(error) {
        return vec!["核对 for 的范围，以及模板是否 include 或调用自身".to_owned()];
    }
    if let Some(fault) = word_fault(error) {
        return words::hints(fault);
    }
    match error.kind() {
        ErrorKind::TemplateNotFound => {
            let wanted = error.detail().and_then(|detail| detail.split('"').nth(1));
            let near = wanted.and_then(|name| nearest(name, templates.names()));
            vec![match near {
                Some(name) => format!("可能应为 {name}，核对后改正"),
                None => "模板放入知识库的 templates/ 或主题的 templates/".to_owned(),
            }]
        }
        ErrorKind::UndefinedError => {
            let names: Vec<String> = context
                .try_iter()
                .map(|keys| keys.map(|key| key.to_string()).collect())
                .unwrap_or_default();
            let mut hints: Vec<String> = meant(error, context)
                .map(|name| format!("可能应为 {name}，核对后改正"))
                .into_iter()
                .collect();
            if !names.is_empty() {
                hints.push(format!("该模板可用的值为 {}", names.join("、")));
            }
            hints.push("可能不存在的值，先用 {% if … is defined %} 判断".to_owned());
            hints
        }
        ErrorKind::SyntaxError => {
            vec!["模板使用 minijinja（Jinja2）语法；核对标签是否成对".to_owned()]
        }
        _ => vec!["核对此处的值属于何种类型、写法是否适用".to_owned()],
    }
}
