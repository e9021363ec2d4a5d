//! How long each stage takes for a system of N services: parsing, formatting,
//! the check, the plan of an environment, and the files of every target.

mod workload;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use laud_analyze::{Memory, analyze};
use laud_syntax::{FileId, format, parse};
use std::hint::black_box;

fn stages(criterion: &mut Criterion) {
    for count in [10, 100, 1000] {
        let text = workload::spec(count);
        let files = Memory::from_iter([("main.laud", text.as_str())]);
        let program = analyze(&files, "main.laud".into());
        let plan = program.plan(&files, "production").plan.expect("the workload compiles");
        let parsed = parse(FileId(0), &text);

        let mut group = criterion.benchmark_group("stages");
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("parse", count), |bench| {
            bench.iter(|| parse(FileId(0), black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("format", count), |bench| {
            bench.iter(|| format(black_box(&text), &parsed));
        });
        group.bench_function(BenchmarkId::new("analyze", count), |bench| {
            bench.iter(|| analyze(black_box(&files), "main.laud".into()));
        });
        group.bench_function(BenchmarkId::new("plan", count), |bench| {
            bench.iter(|| program.plan(&files, black_box("production")));
        });
        group.bench_function(BenchmarkId::new("emit", count), |bench| {
            bench.iter(|| {
                let mut bytes = 0;
                let context = laud_emit::Context { spec_root: "../.." };
                laud_emit::emit(black_box(&plan), context, &mut |file| bytes += file.content.len());
                bytes
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = stages
}
criterion_main!(benches);
