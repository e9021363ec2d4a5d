// The pages that customers see. They are made here, so that they are there
// without a script in the browser.
import { createServer } from "node:http";
import { Metrics } from "./metrics.mjs";

const { PORT, CATALOG_URL, SEARCH_URL, CURRENCY } = process.env;
const metrics = new Metrics();
const money = new Intl.NumberFormat("en", { style: "currency", currency: CURRENCY ?? "EUR" });

const escape = (text) =>
  String(text).replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);

async function ask(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

const page = (title, content) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escape(title)}</title>
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header><a href="/">Tea</a></header>
  <form action="/find"><input name="q" placeholder="smoky, green, April …"><button>Find</button></form>
  ${content}
</body>
</html>
`;

const list = (products) =>
  `<ul>${products
    .map((one) => `<li><b>${escape(one.name)}</b> ${escape(one.text)} <i>${money.format(one.price / 100)}</i></li>`)
    .join("")}</ul>`;

const style = "body{font:1rem/1.5 system-ui,sans-serif;margin:4rem auto;max-width:44rem;padding:0 1rem}li{margin:.75rem 0}";

async function respond(url) {
  switch (url.pathname) {
    case "/":
      return [200, "text/html; charset=utf-8", page("Tea", list(await ask(`${CATALOG_URL}/products`)))];
    case "/find": {
      const words = url.searchParams.get("q") ?? "";
      const found = await ask(`${SEARCH_URL}/search?q=${encodeURIComponent(words)}`);
      return [200, "text/html; charset=utf-8", page(words, found.length ? list(found) : "<p>Nothing, sorry.</p>")];
    }
    case "/style.css":
      return [200, "text/css", style];
    default:
      return [404, "text/html; charset=utf-8", page("Not here", "<p>There is nothing here.</p>")];
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://storefront");
  if (url.pathname === "/healthz") return response.end("ok\n");
  if (url.pathname === "/metrics") {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    return response.end(metrics.text());
  }
  const start = performance.now();
  let answer;
  try {
    answer = await respond(url);
  } catch (error) {
    console.error(error.message);
    answer = [502, "text/html; charset=utf-8", page("Soon again", "<p>We cannot show this right now.</p>")];
  }
  const [status, type, body] = answer;
  response.writeHead(status, { "content-type": type }).end(body);
  const known = ["/", "/find", "/style.css"].includes(url.pathname) ? url.pathname : "other";
  metrics.add(known, status, (performance.now() - start) / 1000);
});

// Longer than nginx keeps idle connections.
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), "0.0.0.0");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
