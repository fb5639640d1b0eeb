//! Serve: a live preview on this machine.
//!
//! The site is in memory; nothing is written to the output folder. One thread
//! watches the sources and builds. The server shows the last site that was
//! built successfully, and notifies open pages of every change through an event
//! stream. When a build fails, the pages stay, with its errors shown over them.

mod connections;
mod http;
mod review;
mod state;
mod watch;

use std::any::Any;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use tokio::net::TcpListener;

use crate::explain::explain;
use connections::Bounded;
use http::Shared;
pub use review::Review;
use state::Preview;
pub use state::{Built, Told};
use watch::SourceWatcher;

/// The port that is tried first when none is given.
pub const DEFAULT_PORT: u16 = 1111;

/// How many further ports are tried after the first.
const PORTS_TRIED: u16 = 20;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The site's root, whose sources are watched.
    pub root: PathBuf,
    /// Address to listen on.
    pub address: IpAddr,
    /// Port to listen on; `None` for the first free one from [`DEFAULT_PORT`]
    /// on.
    pub port: Option<u16>,
    /// The source for the review page; `None` disables the page.
    pub review: Option<Review>,
}

impl ServeOptions {
    /// Options that serve `root` to this machine only.
    pub fn local(root: PathBuf) -> Self {
        Self {
            root,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: None,
            review: None,
        }
    }
}

/// A message of the server for the terminal.
#[derive(Debug)]
pub enum Notice {
    /// The server listens on this address.
    Listening(SocketAddr),
    /// A build succeeded, in this time; with the counts of what was found.
    Built(Duration, String),
    /// A build failed; open pages show the same text.
    Failed(String),
    /// The system doesn't report changes, so files are compared at intervals.
    Polling,
    /// Changes can't be detected, for this reason.
    Blind(String),
}

/// Serves the site until the process is told to stop (Ctrl-C, SIGTERM).
///
/// `build` returns the site with what was found in it, or a text that explains
/// why it can't be built.
///
/// # Errors
/// When no port is available.
pub fn serve(
    options: &ServeOptions,
    build: impl Fn() -> Result<Built, String> + Send + 'static,
    tell: impl Fn(Notice) + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // One thread is enough for one reader; the cores are for builds.
        .worker_threads(1)
        .enable_all()
        .build()
        .context("无法启动预览服务")?;
    runtime.block_on(async {
        let listener = listen(options).await?;
        let (sender, preview) = tokio::sync::watch::channel(Preview::default());
        let shared = Shared {
            preview,
            address: options.address,
            review: options.review.clone().map(Arc::new),
        };
        tell(Notice::Listening(listener.local_addr()?));

        let root = options.root.clone();
        // Watching starts before the first build, so that no change in the
        // meantime is missed. The thread ends with the process.
        std::thread::spawn(move || {
            let mut watcher = SourceWatcher::new(&root);
            match &watcher {
                Ok(watcher) if watcher.polling => tell(Notice::Polling),
                Ok(_) => {}
                Err(error) => tell(Notice::Blind(error.to_string())),
            }
            loop {
                let started = Instant::now();
                let now = sender.borrow().clone();
                let next = match attempt(&build) {
                    Ok(built) => {
                        tell(Notice::Built(started.elapsed(), built.summary.clone()));
                        now.with_site(built)
                    }
                    Err(problem) => {
                        tell(Notice::Failed(problem.clone()));
                        now.with_problem(problem)
                    }
                };
                let heard = sender.send(next).is_ok();
                let more = match &mut watcher {
                    Ok(watcher) => watcher.wait(),
                    // Keep the preview running, although it won't change.
                    Err(_) => loop {
                        std::thread::park();
                    },
                };
                if !(heard && more) {
                    return;
                }
            }
        });

        let server = axum::serve(Bounded::new(listener), http::router(shared));
        tokio::select! {
            // Dropping the server closes the event streams; a graceful shutdown
            // would wait for them forever.
            () = told_to_stop() => Ok(()),
            result = async { server.await } => result.context("预览服务中断"),
        }
    })
}

/// Runs one build. A panic becomes a problem that is shown, so that the preview
/// continues.
fn attempt(build: &impl Fn() -> Result<Built, String>) -> Result<Built, String> {
    catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|panic| {
        Err(format!(
            "zhize 内部错误，请向开发者报告：{}",
            panic_words(panic.as_ref())
        ))
    })
}

fn panic_words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("原因不明")
}

async fn listen(options: &ServeOptions) -> anyhow::Result<TcpListener> {
    let bind = |port| TcpListener::bind((options.address, port));
    let failure = |port: u16, error: io::Error| {
        anyhow!(
            "无法监听 {}：{}",
            SocketAddr::new(options.address, port),
            explain(&error)
        )
    };
    if let Some(port) = options.port {
        return bind(port).await.map_err(|error| failure(port, error));
    }
    let mut port = DEFAULT_PORT;
    loop {
        match bind(port).await {
            Err(error)
                if error.kind() == io::ErrorKind::AddrInUse
                    && port < DEFAULT_PORT + PORTS_TRIED =>
            {
                port += 1;
            }
            result => return result.map_err(|error| failure(port, error)),
        }
    }
}

#[cfg(unix)]
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    async {
        let (Ok(mut interrupt), Ok(mut terminate)) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        ) else {
            // Without handlers, the signals end the process directly.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
