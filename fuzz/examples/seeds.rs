//! Writes the seeds of all targets into `fuzz/corpus/`.

use std::fs;
use std::path::Path;

use ivs_chat_review_fuzz::seeds;

fn main() -> std::io::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for seed in seeds() {
        let folder = package.join("corpus").join(seed.target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(seed.name), seed.bytes)?;
    }
    Ok(())
}
