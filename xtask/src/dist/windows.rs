//! What Windows shows of a program: its icon and its version.

use std::fs;
use std::path::PathBuf;

use super::release::Release;

/// Writes the icon and the resource script, and returns the path of the script.
///
/// # Errors
/// When a file can't be read or written.
pub fn write_resource(release: &Release) -> anyhow::Result<PathBuf> {
    let picture = fs::read(release.root.join("themes/default/static/icon-192.png"))?;
    fs::write(release.work.join("zhize.ico"), icon(&picture, 192))?;
    let script = release.work.join("zhize.rc");
    fs::write(&script, resource_script(&release.version))?;
    Ok(script)
}

/// An icon file that holds one picture as PNG, which Windows supports since
/// Vista.
fn icon(png: &[u8], size: u8) -> Vec<u8> {
    let length = u32::try_from(png.len()).expect("the icon has some kilobytes");
    let mut icon = vec![0, 0, 1, 0, 1, 0, size, size, 0, 0, 1, 0, 32, 0];
    icon.extend(length.to_le_bytes());
    icon.extend(22_u32.to_le_bytes());
    icon.extend(png);
    icon
}

fn resource_script(version: &str) -> String {
    let numbers = version.split(['-', '+']).next().unwrap_or(version);
    let numbers = format!("{},0", numbers.replace('.', ","));
    format!(
        "#pragma code_page(65001)
1 ICON \"zhize.ico\"
1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEOS 0x40004
FILETYPE 1
BEGIN
  BLOCK \"StringFileInfo\"
  BEGIN
    BLOCK \"080404B0\"
    BEGIN
      VALUE \"FileDescription\", \"知责：由法规制度、做法、案例和术语生成静态网站\"
      VALUE \"FileVersion\", \"{version}\"
      VALUE \"InternalName\", \"zhize\"
      VALUE \"LegalCopyright\", \"MIT OR Apache-2.0\"
      VALUE \"OriginalFilename\", \"zhize.exe\"
      VALUE \"ProductName\", \"知责\"
      VALUE \"ProductVersion\", \"{version}\"
    END
  END
  BLOCK \"VarFileInfo\"
  BEGIN
    VALUE \"Translation\", 0x0804, 1200
  END
END
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_says_where_its_picture_is() {
        let made = icon(b"PNG", 192);
        assert_eq!(&made[22..], b"PNG");
        assert_eq!(made[14..18], 3_u32.to_le_bytes());
    }

    #[test]
    fn a_prerelease_has_four_numbers_too() {
        assert!(resource_script("1.2.3-rc.1").contains("FILEVERSION 1,2,3,0\n"));
    }
}
