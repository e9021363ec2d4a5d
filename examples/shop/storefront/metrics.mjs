// What Prometheus asks for.
const BOUNDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

export class Metrics {
  #requests = new Map();
  #times = new Map();

  add(path, status, seconds) {
    const labels = `path="${path}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const of = this.#times.get(path) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
    BOUNDS.forEach((bound, i) => (of.buckets[i] += seconds <= bound ? 1 : 0));
    of.sum += seconds;
    of.count += 1;
    this.#times.set(path, of);
  }

  text() {
    const lines = ["# TYPE shop_requests_total counter"];
    for (const [labels, count] of this.#requests) lines.push(`shop_requests_total{${labels}} ${count}`);
    lines.push("# TYPE shop_request_seconds histogram");
    for (const [path, of] of this.#times) {
      BOUNDS.forEach((bound, i) => lines.push(`shop_request_seconds_bucket{path="${path}",le="${bound}"} ${of.buckets[i]}`));
      lines.push(`shop_request_seconds_bucket{path="${path}",le="+Inf"} ${of.count}`);
      lines.push(`shop_request_seconds_sum{path="${path}"} ${of.sum}`);
      lines.push(`shop_request_seconds_count{path="${path}"} ${of.count}`);
    }
    return `${lines.join("\n")}\n`;
  }
}
