//! The preview over HTTP: serves the built files as a static server would, and
//! the script that reloads open pages.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use tokio::sync::{Semaphore, watch};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

use super::review::{self, Review};
use super::state::Preview;
use crate::markup::escape;
use crate::mime;
use crate::output::OutputSet;

const RELOAD_SCRIPT: &str = include_str!("reload.js");

/// The state that handlers share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The newest preview.
    pub preview: watch::Receiver<Preview>,
    /// Address that the server listens on.
    pub address: IpAddr,
    /// The source for the review page.
    pub review: Option<Arc<Review>>,
}

/// Most event streams at a time, one for each open page; other pages must be
/// reloaded by hand.
const MOST_STREAMS: usize = 128;

/// The routes of the preview.
pub fn router(shared: Shared) -> Router {
    let state = Arc::new(Inner {
        shared,
        streams: Arc::new(Semaphore::new(MOST_STREAMS)),
    });
    Router::new()
        .route("/__zhize/reload.js", get(reload_script))
        .route("/__zhize/events", get(events))
        .route(review::PATH, get(review_page))
        .fallback(file)
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&state),
            keep_to_ourselves,
        ))
        .with_state(state)
}

struct Inner {
    shared: Shared,
    streams: Arc<Semaphore>,
}

/// Keeps unpublished texts from pages of other sites that are open in the same
/// browser. Such a page could request an address here under its own name (DNS
/// rebinding), or by a script tag, picture or frame; it may only navigate the
/// whole window here. Browsers state the origin of a request (`Sec-Fetch-…`);
/// for those that don't, responses are marked as same-origin.
async fn keep_to_ourselves(
    State(inner): State<Arc<Inner>>,
    request: Request<Body>,
    next: axum::middleware::Next,
) -> Response<Body> {
    let is_local = inner.shared.address.is_loopback();
    let mut response = if !names_this_machine(request.headers(), is_local) {
        let words = if is_local {
            "只接受以 localhost 或 127.0.0.1 访问；需供其他计算机访问的，\
             请用 --address 指定地址。\n"
        } else {
            "只接受以 IP 地址访问，如 http://192.0.2.1:1111/；主机名可能由其他网站冒用。\n"
        };
        plain(StatusCode::FORBIDDEN, words)
    } else if is_for_another_site(request.headers()) {
        plain(StatusCode::FORBIDDEN, "预览不供其他网站引用。\n")
    } else {
        next.run(request).await
    };
    for (name, value) in [
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-frame-options", "SAMEORIGIN"),
    ] {
        let headers = response.headers_mut();
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the request's host identifies this machine. Another site can borrow
/// a name (DNS rebinding), but not an IP address.
fn names_this_machine(headers: &HeaderMap, is_local: bool) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let Some(host) = hosts.next() else {
        return true;
    };
    let host = host.to_str().unwrap_or("");
    let (name, port) = match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']').unwrap_or_default(),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let is_whole = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    let address = name.parse::<IpAddr>();
    let is_known = name == "localhost" || address.is_ok_and(|ip| !is_local || ip.is_loopback());
    is_whole && is_known && hosts.next().is_none()
}

/// Whether a page of another site made the request, other than by navigating to
/// the preview.
fn is_for_another_site(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    let is_ours = match said("sec-fetch-site") {
        None | Some(b"same-origin" | b"none") => true,
        // Another port of this machine is another site too.
        Some(_) => false,
    };
    let is_visit =
        said("sec-fetch-mode") == Some(b"navigate") && said("sec-fetch-dest") == Some(b"document");
    !is_ours && !is_visit
}

async fn reload_script() -> Response<Body> {
    answer(
        StatusCode::OK,
        "text/javascript; charset=utf-8",
        RELOAD_SCRIPT,
    )
}

/// Sends the state to a page at once, and again whenever it changes.
async fn events(State(inner): State<Arc<Inner>>) -> Response<Body> {
    let Ok(place) = Arc::clone(&inner.streams).try_acquire_owned() else {
        let words = "打开的预览页过多，本页不自动刷新。\n";
        return plain(StatusCode::SERVICE_UNAVAILABLE, words);
    };
    let states = WatchStream::new(inner.shared.preview.clone());
    let events = states.map(move |preview| {
        // Held as long as the stream exists.
        let _ = &place;
        Ok::<_, Infallible>(Event::default().data(preview.to_json()))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// The review page, if a source was named.
async fn review_page(State(inner): State<Arc<Inner>>) -> Response<Body> {
    let preview = inner.shared.preview.borrow().clone();
    match (&inner.shared.review, &preview.site) {
        (None, _) => plain(
            StatusCode::NOT_FOUND,
            "未指定原文文件；请用 zhize serve --source 文件 启动。\n",
        ),
        (Some(_), None) => answer(
            StatusCode::SERVICE_UNAVAILABLE,
            mime::of("index.html"),
            page_without_site(&preview),
        ),
        (Some(review), Some(site)) => answer(
            StatusCode::OK,
            mime::of("index.html"),
            inject(review.page(site).as_bytes(), preview.generation),
        ),
    }
}

/// Serves one file of the site.
async fn file(State(inner): State<Arc<Inner>>, method: Method, uri: Uri) -> Response<Body> {
    if !matches!(method, Method::GET | Method::HEAD) {
        let mut refusal = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "只接受读取请求（GET、HEAD）。\n",
        );
        refusal
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refusal;
    }
    let preview = inner.shared.preview.borrow().clone();
    let Some(site) = &preview.site else {
        return answer(
            StatusCode::SERVICE_UNAVAILABLE,
            "text/html; charset=utf-8",
            page_without_site(&preview),
        );
    };
    match find(site, uri.path()) {
        Found::File(path, bytes) => answer(
            StatusCode::OK,
            &content_type(&path),
            prepare(&path, bytes, preview.generation),
        ),
        Found::Folder => {
            let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
            // With a single slash, since `//host` would lead to another site.
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
                "text/html; charset=utf-8",
                inject(&rebase(&page.bytes), preview.generation),
            ),
            None => plain(StatusCode::NOT_FOUND, "没有该页面。\n"),
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

/// A file as it is sent: HTML with the reload script, others as built.
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

/// Makes the relative links of the 404 page work at any address.
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

/// The page that is shown while there is no site yet. It contains the problem
/// as text, for browsers without scripts.
fn page_without_site(preview: &Preview) -> Vec<u8> {
    let problem = escape(preview.problem.as_deref().unwrap_or("正在生成，请稍候……"));
    let page = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>网站尚未生成</title></head>\n<body>\n<h1>网站尚未生成</h1>\n\
         <pre>{problem}</pre>\n</body>\n</html>\n"
    );
    inject(page.as_bytes(), preview.generation)
}

/// Decodes `%xx`. If the result isn't UTF-8, it matches no file of the site.
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

/// The content type of a file. Text is UTF-8; Markdown and provisions are shown
/// rather than saved.
fn content_type(path: &str) -> String {
    let kind = match mime::of(path) {
        "text/markdown" => "text/plain",
        "application/akn+xml" => "application/xml",
        kind => kind,
    };
    let is_text = kind.starts_with("text/") || kind.contains("json") || kind.ends_with("xml");
    if is_text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_owned()
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    answer(status, "text/plain; charset=utf-8", text)
}

fn answer(status: StatusCode, content_type: &str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_str(content_type).expect("media types are ASCII");
    headers.insert(header::CONTENT_TYPE, content_type);
    // A preview that shows an outdated page is worse than none.
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

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in of {
            headers.append(*name, value.parse().expect("a header value"));
        }
        headers
    }

    #[test]
    fn knows_its_own_names() {
        let named =
            |host: &str, is_local| names_this_machine(&headers(&[("host", host)]), is_local);
        for host in ["localhost:1111", "127.0.0.1", "[::1]:1111"] {
            assert!(named(host, true) && named(host, false), "{host}");
        }
        for host in [
            "example.com:1111",
            "127.0.0.1.example.com",
            "",
            "[::1]evil",
            "[::1",
            "localhost:evil",
            "localhost:1:1",
            "user@localhost",
        ] {
            assert!(!named(host, true) && !named(host, false), "{host}");
        }
        // A request to an IP address can't result from DNS rebinding.
        assert!(!named("192.0.2.1:1111", true) && named("192.0.2.1:1111", false));
        let two = headers(&[("host", "localhost"), ("host", "example.com")]);
        assert!(!names_this_machine(&two, true));
    }

    #[test]
    fn other_sites_may_only_lead_here() {
        let asked = |site: &str, mode: &str, dest: &str| {
            let headers = headers(&[
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ]);
            is_for_another_site(&headers)
        };
        for site in ["cross-site", "same-site"] {
            assert!(asked(site, "no-cors", "script"));
            assert!(asked(site, "no-cors", "image"));
            assert!(asked(site, "cors", "empty"));
            assert!(asked(site, "navigate", "iframe"));
            assert!(!asked(site, "navigate", "document"));
        }
        assert!(!asked("same-origin", "no-cors", "script"));
        assert!(!asked("none", "navigate", "document"));
        assert!(!is_for_another_site(&HeaderMap::new()));
    }
}
