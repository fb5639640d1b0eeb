//! The preview over HTTP: the built files as any static server would send
//! them, and the script that keeps open pages fresh.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use tokio::sync::watch;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

use super::mime;
use super::state::Preview;
use crate::output::OutputSet;

const RELOAD_SCRIPT: &str = include_str!("reload.js");

/// What the handlers share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The newest preview.
    pub preview: watch::Receiver<Preview>,
    /// Address that the server listens on.
    pub address: IpAddr,
}

/// The routes of the preview.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/__zhize/reload.js", get(reload_script))
        .route("/__zhize/events", get(events))
        .fallback(file)
        .layer(axum::middleware::from_fn_with_state(
            Arc::new(shared.clone()),
            refuse_foreign_hosts,
        ))
        .with_state(Arc::new(shared))
}

/// Refuses requests that reached a loopback address under somebody else's
/// name, so that a page on the web can't read drafts through a name that it
/// lets point here (DNS rebinding).
async fn refuse_foreign_hosts(
    State(shared): State<Arc<Shared>>,
    request: Request<Body>,
    next: axum::middleware::Next,
) -> Response<Body> {
    if shared.address.is_loopback() && !names_this_machine(request.headers()) {
        return plain(
            StatusCode::FORBIDDEN,
            "只接受以 localhost 或 127.0.0.1 访问；要让别的机器访问，请用 --address 指定地址。\n",
        );
    }
    next.run(request).await
}

fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    let host = host.to_str().unwrap_or("");
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map_or("", |(name, _)| name),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

async fn reload_script() -> Response<Body> {
    answer(
        StatusCode::OK,
        "text/javascript; charset=utf-8",
        RELOAD_SCRIPT,
    )
}

/// Tells a page the state at once, and again whenever it changes.
async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl tokio_stream::Stream<Item = Result<Event, Infallible>>> {
    let states = WatchStream::new(shared.preview.clone());
    Sse::new(states.map(|preview| Ok(Event::default().data(preview.to_json()))))
        .keep_alive(KeepAlive::default())
}

/// One file of the site.
async fn file(State(shared): State<Arc<Shared>>, method: Method, uri: Uri) -> Response<Body> {
    if !matches!(method, Method::GET | Method::HEAD) {
        let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "只能读取（GET、HEAD）。\n");
        refusal
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refusal;
    }
    let preview = shared.preview.borrow().clone();
    let Some(site) = &preview.site else {
        return answer(
            StatusCode::SERVICE_UNAVAILABLE,
            mime::of("index.html"),
            page_without_site(&preview),
        );
    };
    match find(site, uri.path()) {
        Found::File(path, bytes) => answer(
            StatusCode::OK,
            mime::of(&path),
            prepare(&path, bytes, preview.generation),
        ),
        Found::Folder => {
            let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
            // One slash only: `//host` would lead to another site.
            let target = format!("/{}/{query}", uri.path().trim_matches('/'));
            let mut redirect = plain(StatusCode::MOVED_PERMANENTLY, "");
            if let Ok(target) = HeaderValue::from_str(&target) {
                redirect.headers_mut().insert(header::LOCATION, target);
            }
            redirect
        }
        Found::Nothing => match site.get("404.html") {
            Some(page) => answer(
                StatusCode::NOT_FOUND,
                mime::of("404.html"),
                inject(&rebase(&page.bytes), preview.generation),
            ),
            None => plain(StatusCode::NOT_FOUND, "没有这个页面。\n"),
        },
    }
}

enum Found<'a> {
    File(String, &'a [u8]),
    Folder,
    Nothing,
}

fn find<'a>(site: &'a OutputSet, path: &str) -> Found<'a> {
    let path = percent_decode(path);
    let path = path.trim_start_matches('/');
    let index = match path {
        "" => "index.html".to_owned(),
        _ => format!("{}/index.html", path.trim_end_matches('/')),
    };
    let named_as_folder = path.is_empty() || path.ends_with('/');
    match (site.get(path), site.get(&index)) {
        (Some(file), _) if !named_as_folder => Found::File(path.to_owned(), &file.bytes),
        (_, Some(file)) if named_as_folder => Found::File(index, &file.bytes),
        (_, Some(_)) => Found::Folder,
        _ => Found::Nothing,
    }
}

/// A file as it is sent: HTML with the reload script, anything else as built.
fn prepare(path: &str, bytes: &[u8], generation: u64) -> Vec<u8> {
    if path.ends_with(".html") {
        inject(bytes, generation)
    } else {
        bytes.to_vec()
    }
}

/// Puts the reload script at the end of a page.
fn inject(page: &[u8], generation: u64) -> Vec<u8> {
    let script =
        format!("<script src=\"/__zhize/reload.js\" data-generation=\"{generation}\"></script>");
    let end = rfind(page, b"</body>").unwrap_or(page.len());
    [&page[..end], script.as_bytes(), &page[end..]].concat()
}

/// Makes the relative links of the 404 page right for any address at which it
/// is shown.
fn rebase(page: &[u8]) -> Vec<u8> {
    let head = b"<head>";
    match page.windows(head.len()).position(|window| window == head) {
        Some(at) => {
            let (before, after) = page.split_at(at + head.len());
            [before, b"<base href=\"/\">", after].concat()
        }
        None => page.to_vec(),
    }
}

fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .rposition(|window| window == needle)
}

/// What is shown while there is no site yet. The problem stands in the page
/// itself, for browsers without script.
fn page_without_site(preview: &Preview) -> Vec<u8> {
    let problem = escape(preview.problem.as_deref().unwrap_or("正在生成，请稍候……"));
    let page = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>站点还没有生成</title></head>\n<body>\n<h1>站点还没有生成</h1>\n\
         <pre>{problem}</pre>\n</body>\n</html>\n"
    );
    inject(page.as_bytes(), preview.generation)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Decodes `%xx`; a path that is not UTF-8 then names no file of a site.
fn percent_decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|d| std::str::from_utf8(d).ok());
        let byte = digits.and_then(|d| u8::from_str_radix(d, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    answer(status, mime::of("x.txt"), text)
}

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    // A preview that shows yesterday's page is worse than none.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Audience;

    fn site() -> OutputSet {
        let mut site = OutputSet::default();
        for path in ["index.html", "a/index.html", "a/b.css"] {
            site.insert(path, path.as_bytes().to_vec(), Audience::Readers);
        }
        site
    }

    fn found(path: &str) -> String {
        match find(&site(), path) {
            Found::File(path, _) => path,
            Found::Folder => "folder".to_owned(),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn finds_files_and_folders_like_a_static_server() {
        assert_eq!(found("/"), "index.html");
        assert_eq!(found("/a/"), "a/index.html");
        assert_eq!(found("/a"), "folder");
        assert_eq!(found("/a/b.css"), "a/b.css");
        assert_eq!(found("/%61/b.css"), "a/b.css");
        assert_eq!(found("/a/b.css/"), "nothing");
        assert_eq!(found("/../Cargo.toml"), "nothing");
        assert_eq!(found("/%"), "nothing");
        assert_eq!(found("/%ff"), "nothing");
    }

    #[test]
    fn injects_before_the_end_of_the_body() {
        let page = inject(b"<body><p>x</p></body></html>", 7);
        let page = String::from_utf8(page).expect("UTF-8 stays UTF-8");
        assert_eq!(
            page,
            "<body><p>x</p><script src=\"/__zhize/reload.js\" data-generation=\"7\"></script></body></html>"
        );
    }

    #[test]
    fn knows_its_own_names() {
        let named = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("a header value"));
            names_this_machine(&headers)
        };
        assert!(named("localhost:1111") && named("127.0.0.1") && named("[::1]:1111"));
        assert!(!named("example.com:1111") && !named("127.0.0.1.example.com") && !named(""));
    }
}
