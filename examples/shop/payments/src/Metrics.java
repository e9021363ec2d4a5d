import java.util.Map;
import java.util.TreeMap;

/** What Prometheus asks for. */
final class Metrics {
    private static final double[] BOUNDS = {0.005, 0.025, 0.1, 0.5, 1, 2.5};

    private static final class Times {
        private final long[] buckets = new long[BOUNDS.length];
        private double sum;
        private long count;
    }

    private final Map<String, Long> requests = new TreeMap<>();
    private final Map<String, Times> times = new TreeMap<>();

    synchronized void add(String path, int status, double seconds) {
        requests.merge("path=\"" + path + "\",status=\"" + status + "\"", 1L, Long::sum);
        Times of = times.computeIfAbsent(path, key -> new Times());
        for (int i = 0; i < BOUNDS.length; i++) {
            of.buckets[i] += seconds <= BOUNDS[i] ? 1 : 0;
        }
        of.sum += seconds;
        of.count++;
    }

    synchronized String text() {
        StringBuilder text = new StringBuilder("# TYPE shop_requests_total counter\n");
        requests.forEach((labels, count) ->
            text.append("shop_requests_total{").append(labels).append("} ").append(count).append('\n'));
        text.append("# TYPE shop_request_seconds histogram\n");
        times.forEach((path, of) -> {
            String label = "{path=\"" + path + "\"";
            for (int i = 0; i < BOUNDS.length; i++) {
                text.append("shop_request_seconds_bucket").append(label).append(",le=\"").append(BOUNDS[i]).append("\"} ")
                    .append(of.buckets[i]).append('\n');
            }
            text.append("shop_request_seconds_bucket").append(label).append(",le=\"+Inf\"} ").append(of.count).append('\n');
            text.append("shop_request_seconds_sum").append(label).append("} ").append(of.sum).append('\n');
            text.append("shop_request_seconds_count").append(label).append("} ").append(of.count).append('\n');
        });
        return text.toString();
    }
}
