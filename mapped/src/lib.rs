//! Maps a file into memory: [`map`].
//!
//! This is a crate of its own because `mmap` is unsafe, which all other code of this repository
//! forbids.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// The length in bytes from which a file is mapped for random access, so that only used pages are read. Of a smaller one,
/// the system reads what is around a used page as well, which takes less time than a read for each.
#[cfg(target_os = "linux")]
const LARGE: usize = 2 << 20;

/// The bytes of a mapped file.
#[derive(Debug)]
pub struct Mapped(Mmap);

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Maps a file, which must not be changed in place while it is mapped: replace it by a renamed one
/// instead. The files of a Lambda function and its layers are read-only.
///
/// # Errors
/// If the system cannot map it, for example because it is empty or a pipe.
pub fn map(file: &File) -> io::Result<Mapped> {
    // SAFETY: the mapping is private and read-only. Other processes could still change the bytes, or
    // end this process by truncating the file. The caller excludes both, see above.
    #[allow(unsafe_code)]
    let map = unsafe { Mmap::map(file) }?;
    // A search uses few pages of a large file. With huge pages all around them would count as memory of the process.
    // Where advice is not supported, it is not needed.
    #[cfg(target_os = "linux")]
    {
        let _ = map.advise(memmap2::Advice::NoHugePage);
        if map.len() > LARGE {
            let _ = map.advise(memmap2::Advice::Random);
        }
    }
    Ok(Mapped(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_mapped_whole() {
        let path = env!("CARGO_MANIFEST_DIR").to_owned() + "/Cargo.toml";
        let mapped = map(&File::open(&path).expect("the manifest")).expect("a regular file");
        assert_eq!(mapped.as_ref(), std::fs::read(&path).expect("the manifest"));
    }
}
