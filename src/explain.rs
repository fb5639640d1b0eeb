//! Explains failures of the operating system to the user, and what to do about
//! them.

use std::fmt;
use std::io;

/// Why we refuse to touch something that the system would let us touch: cause
/// and remedy, for people.
#[derive(Debug)]
pub struct Refusal(String);

impl Refusal {
    /// Wraps it in an I/O error, so that it is passed on like one.
    pub fn error(words: impl Into<String>) -> io::Error {
        io::Error::other(Self(words.into()))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// One Chinese clause for the cause and one for the remedy, with the system's
/// own message in parentheses.
pub fn explain(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    if let Some(own) = error.get_ref().and_then(|e| e.downcast_ref::<Refusal>()) {
        return own.to_string();
    }
    let words = match error.kind() {
        Kind::NotFound => "文件或目录不存在；请检查路径",
        Kind::PermissionDenied => "没有权限；请检查目录的属主和读写权限，或改用有权限的位置",
        Kind::ReadOnlyFilesystem => "文件系统为只读；请改用可以写入的位置",
        Kind::StorageFull => "磁盘空间（或文件个数）已满；请清理磁盘，或改用其他位置",
        Kind::QuotaExceeded => "超出磁盘配额；请清理磁盘，或改用其他位置",
        Kind::NotADirectory => "路径中有一段是文件，不是目录；请检查路径",
        Kind::IsADirectory => "该路径是目录，不是文件；请检查路径",
        Kind::AlreadyExists => "已经存在同名的文件或目录；请将其移走",
        Kind::FileTooLarge => "文件过大，超出限制；请检查文件系统和进程的大小限制",
        Kind::InvalidFilename => "文件名过长或含有不允许的字符；请缩短路径或修改文件名",
        Kind::AddrInUse => "端口已被占用；请改用其他端口",
        Kind::AddrNotAvailable => "本机没有该地址；请检查 --address",
        _ => return format!("{}；请排除后重试", system_words(error)),
    };
    format!("{words}（{}）", system_words(error))
}

/// The system's message without the error number that Rust adds.
fn system_words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cause_and_remedy() {
        let full = explain(&io::Error::from(io::ErrorKind::StorageFull));
        assert!(full.contains("已满") && full.contains('请'), "{full}");
    }
}
