//! `bench-spec N DIR` writes `DIR/main.laud`: the workload of
//! `docs/performance.md`, a system of N services.

mod workload;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, count, folder] = arguments.as_slice() else {
        eprintln!("usage: bench-spec N DIR");
        return ExitCode::from(2);
    };
    let Ok(count) = count.parse::<usize>() else {
        eprintln!("bench-spec: `{count}` is no number of services");
        return ExitCode::from(2);
    };
    let path = std::path::Path::new(folder);
    let written = std::fs::create_dir_all(path)
        .and_then(|()| std::fs::write(path.join("main.laud"), workload::spec(count)));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-spec: {folder}: {error}");
            ExitCode::from(2)
        }
    }
}
