//! Connections to the preview: limits their number and their idle time.
//!
//! One rule handles slow requests, slow readers and unused connections: a
//! connection on which nothing could be sent for some time is closed. Event
//! streams send keep-alive messages more often than that.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// Most connections at a time; a browser opens six. Others wait until one ends.
pub const MOST_CONNECTIONS: usize = 256;

/// A connection on which nothing was sent for this long is closed.
pub const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// A listener that limits its connections.
pub struct Bounded {
    listener: TcpListener,
    free: Arc<Semaphore>,
}

impl Bounded {
    /// Limits the connections of a listener.
    pub fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            free: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
        }
    }
}

impl Listener for Bounded {
    type Io = Patient<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let place = Arc::clone(&self.free).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (Patient::new(stream, LONGEST_SILENCE, place), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that times out.
pub struct Patient<S> {
    stream: S,
    limit: Duration,
    end: Pin<Box<Sleep>>,
    /// Released when the connection ends.
    _place: OwnedSemaphorePermit,
}

impl<S> Patient<S> {
    fn new(stream: S, limit: Duration, place: OwnedSemaphorePermit) -> Self {
        Self {
            stream,
            limit,
            end: Box::pin(tokio::time::sleep(limit)),
            _place: place,
        }
    }

    /// A pending result becomes an error once the time is over.
    fn unless_over<T>(
        &mut self,
        context: &mut Context<'_>,
        answer: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if answer.is_pending() && self.end.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        answer
    }

    fn sent(&mut self, answer: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(1..)) = answer {
            let end = Instant::now() + self.limit;
            self.end.as_mut().reset(end);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let answer = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.unless_over(context, answer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.sent(&answer);
        self.unless_over(context, answer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let answer = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.sent(&answer);
        self.unless_over(context, answer)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let answer = Pin::new(&mut self.stream).poll_flush(context);
        self.unless_over(context, answer)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let answer = Pin::new(&mut self.stream).poll_shutdown(context);
        self.unless_over(context, answer)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write as _;

    use super::*;

    /// A client that sends a byte now and then but no request is disconnected
    /// too.
    #[test]
    fn a_connection_ends_on_which_nothing_is_sent() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let mut client = std::net::TcpStream::connect(address).expect("it listens");
            let (stream, _) = listener.accept().await.expect("a connection");
            let free = Arc::new(Semaphore::new(1));
            let place = Arc::clone(&free).acquire_owned().await.expect("open");
            let mut patient = Patient::new(stream, Duration::from_millis(50), place);
            client.write_all(b"GET / HTTP/1.1\r\n").expect("sent");
            let ended = poll_fn(|context| {
                let mut room = [0; 1];
                let mut buffer = ReadBuf::new(&mut room);
                match Pin::new(&mut patient).poll_read(context, &mut buffer) {
                    Poll::Ready(Ok(())) => {
                        context.waker().wake_by_ref();
                        Poll::Pending
                    }
                    Poll::Ready(Err(error)) => Poll::Ready(error.kind()),
                    Poll::Pending => Poll::Pending,
                }
            });
            assert_eq!(ended.await, io::ErrorKind::TimedOut);
            assert_eq!(free.available_permits(), 0);
            drop(patient);
            assert_eq!(free.available_permits(), 1);
        });
    }
}
