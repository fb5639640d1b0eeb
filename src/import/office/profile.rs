//! The profile with which LibreOffice runs: nothing in a file may execute, or
//! request another file or the network.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::disk::Folder;

const NAME: &str = "profile";

/// Path, name and value of each setting. The proxies lead nowhere, so that a
/// request that still reaches the network gets no answer.
const SETTINGS: &[(&str, &str, &str)] = &[
    (SCRIPTING, "MacroSecurityLevel", "3"),
    (SCRIPTING, "DisableMacrosExecution", "true"),
    (SCRIPTING, "DisableActiveContent", "true"),
    (SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    (NETWORK, "ooInetProxyType", "2"),
    (NETWORK, "ooInetHTTPProxyName", "127.0.0.1"),
    (NETWORK, "ooInetHTTPProxyPort", "9"),
    (NETWORK, "ooInetHTTPSProxyName", "127.0.0.1"),
    (NETWORK, "ooInetHTTPSProxyPort", "9"),
    (NETWORK, "ooInetNoProxy", ""),
];

const SCRIPTING: &str = "/org.openoffice.Office.Common/Security/Scripting";
const NETWORK: &str = "/org.openoffice.Inet/Settings";

/// Writes the profile into a folder.
pub fn write(folder: &Folder) -> io::Result<()> {
    let user = folder.new_folder(NAME)?.new_folder("user")?;
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n",
    );
    for (path, name, value) in SETTINGS {
        let _ = writeln!(
            text,
            "<item oor:path=\"{path}\"><prop oor:name=\"{name}\" oor:op=\"fuse\"><value>{value}</value></prop></item>"
        );
    }
    text.push_str("</oor:items>\n");
    user.create("registrymodifications.xcu", text.as_bytes())
}

/// The command line argument that names the profile.
pub fn argument(scratch: &Path) -> String {
    let path = scratch.join(NAME).display().to_string().replace('\\', "/");
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("-env:UserInstallation=file://{slash}{path}")
}
