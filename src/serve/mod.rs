//! Serve: a live preview on this machine.
//!
//! The site lives in memory; nothing is written to the output folder. One
//! thread watches the sources and builds; the server shows the last site that
//! could be built, and open pages hear of every change through an event
//! stream. When a build fails the pages stay, with its errors laid over them.

mod connections;
mod http;
mod review;
mod state;
mod watch;

use std::any::Any;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use tokio::net::TcpListener;

use crate::explain::explain;
use crate::output::OutputSet;
use connections::Bounded;
use http::Shared;
pub use review::Review;
use state::Preview;
use watch::SourceWatcher;

/// The port that is tried first when none is asked for.
pub const DEFAULT_PORT: u16 = 1111;

/// How many ports after the first are tried.
const PORTS_TRIED: u16 = 20;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The site's root, whose sources are watched.
    pub root: PathBuf,
    /// Address to listen on.
    pub address: IpAddr,
    /// Port to listen on; `None` takes the first free one from
    /// [`DEFAULT_PORT`] on.
    pub port: Option<u16>,
    /// A source for the reviewer's page; without one there is no such page.
    pub review: Option<Review>,
}

impl ServeOptions {
    /// Serves `root` to this machine only.
    pub fn local(root: PathBuf) -> Self {
        Self {
            root,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: None,
            review: None,
        }
    }
}

/// What the server tells its terminal.
#[derive(Debug)]
pub enum Notice {
    /// The address at which the preview stands.
    Listening(SocketAddr),
    /// A build succeeded.
    Built(Duration),
    /// A build failed; the words that open pages show too.
    Failed(String),
    /// The system reports no changes, so files are compared by the clock.
    Polling,
    /// Changes can't be noticed at all, and why.
    Blind(String),
}

/// Serves the site until the process is told to stop (Ctrl-C, SIGTERM).
///
/// `build` makes the site, or the plain text of why it can't be made.
///
/// # Errors
/// When no port can be had.
pub fn serve(
    options: &ServeOptions,
    build: impl Fn() -> Result<OutputSet, String> + Send + 'static,
    tell: impl Fn(Notice) + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // The preview has one reader; the cores are for the build.
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
        // Watching starts before the first build, so that no change made
        // meanwhile is missed. The thread ends with the process.
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
                    Ok(site) => {
                        tell(Notice::Built(started.elapsed()));
                        now.with_site(site)
                    }
                    Err(problem) => {
                        tell(Notice::Failed(problem.clone()));
                        now.with_problem(problem)
                    }
                };
                let heard = sender.send(next).is_ok();
                let more = match &mut watcher {
                    Ok(watcher) => watcher.wait(),
                    // Keep the preview standing, though it won't change.
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
            // Dropping the server closes the event streams, which would keep
            // a graceful shutdown waiting for ever.
            () = told_to_stop() => Ok(()),
            result = async { server.await } => result.context("预览服务中断"),
        }
    })
}

/// One build. A bug of ours becomes a problem that is shown, so that the
/// preview goes on.
fn attempt(build: &impl Fn() -> Result<OutputSet, String>) -> Result<OutputSet, String> {
    catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|panic| {
        Err(format!(
            "zhize 内部错误，请报告给开发者：{}",
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
            "无法在 {} 上监听：{}",
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
            // Without handlers the signals end the process by themselves.
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
