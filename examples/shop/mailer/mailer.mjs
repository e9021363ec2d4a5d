// Takes mails from the queue and sends them. A mail leaves the queue when it
// has been sent, and not before: what fails goes back to its place.
import { writeFileSync } from "node:fs";
import { createTransport } from "nodemailer";
import { createClient } from "redis";

const { QUEUE_URL, SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD } = process.env;

// A server on the port for submission wants TLS and a password; one that
// catches mail for work on this computer has neither.
const submission = SMTP_PORT === "587";
const smtp = createTransport({
  host: SMTP_HOST,
  port: Number(SMTP_PORT),
  requireTLS: submission,
  auth: submission ? { user: SMTP_USER, pass: SMTP_PASSWORD } : undefined,
});

const queue = createClient({ url: QUEUE_URL });
queue.on("error", (error) => console.error(error.message));
await queue.connect();

let stopping = false;
process.on("SIGTERM", () => (stopping = true));

// What was taken and not sent when we last stopped.
while (await queue.lMove("mails:taken", "mails", "RIGHT", "RIGHT"));

while (!stopping) {
  writeFileSync("/tmp/alive", "");
  const mail = await queue.blMove("mails", "mails:taken", "RIGHT", "LEFT", 5);
  if (!mail) continue;
  const { to, subject, text } = JSON.parse(mail);
  try {
    await smtp.sendMail({ from: SMTP_USER, to, subject, text });
    await queue.lRem("mails:taken", 1, mail);
    console.log("sent", subject);
  } catch (error) {
    console.error(error.message);
    await queue.multi().lRem("mails:taken", 1, mail).lPush("mails", mail).exec();
    await new Promise((resume) => setTimeout(resume, 10_000));
  }
}
await queue.close();
