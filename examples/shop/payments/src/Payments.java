import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Takes what the payment provider tells us, believes it if it is signed, and passes it on. */
public final class Payments {
    private static final int MOST_BYTES = 64 * 1024;
    private static final HttpClient CLIENT =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).version(HttpClient.Version.HTTP_1_1).build();
    private static final Metrics METRICS = new Metrics();

    public static void main(String[] arguments) throws Exception {
        byte[] key = Files.readString(Path.of(System.getenv("WEBHOOK_KEY_FILE"))).strip().getBytes(StandardCharsets.UTF_8);
        URI orders = URI.create(System.getenv("ORDERS_URL"));
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(System.getenv("PORT"))), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
        server.createContext("/metrics", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            answer(exchange, 200, METRICS.text());
        });
        server.createContext("/payments/webhook", exchange -> {
            long start = System.nanoTime();
            int status = webhook(exchange, key, orders);
            METRICS.add("/payments/webhook", status, (System.nanoTime() - start) / 1e9);
        });
        server.start();
    }

    private static int webhook(HttpExchange exchange, byte[] key, URI orders) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            return answer(exchange, 405, "only POST\n");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            return answer(exchange, 413, "too large\n");
        }
        String given = exchange.getRequestHeaders().getFirst("X-Signature");
        if (given == null || !MessageDigest.isEqual(sign(key, body), given.getBytes(StandardCharsets.US_ASCII))) {
            return answer(exchange, 403, "the signature is wrong\n");
        }
        HttpRequest request = HttpRequest.newBuilder(orders.resolve("/internal/paid"))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
        try {
            HttpResponse<Void> told = CLIENT.send(request, HttpResponse.BodyHandlers.discarding());
            // The provider asks again later, unless we say that it was taken.
            return told.statusCode() / 100 == 2 ? answer(exchange, 200, "thanks\n") : answer(exchange, 502, "not taken\n");
        } catch (IOException error) {
            return answer(exchange, 502, "not taken\n");
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return answer(exchange, 503, "stopping\n");
        }
    }

    private static byte[] sign(byte[] key, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body)).getBytes(StandardCharsets.US_ASCII);
        } catch (java.security.GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
        return status;
    }
}
